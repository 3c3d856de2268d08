"""Makes a VPC that the configuration expects to find: two private subnets and their route table. Prints its ids as Terraform variables.

Usage: python vpc.py [nat] [endpoint:<service> …]: with a NAT gateway, and with endpoints that others made and let the VPC in by.
"""

import json
import sys

import boto3

ec2 = boto3.client("ec2")
vpc = ec2.create_vpc(CidrBlock="10.42.0.0/16")["Vpc"]["VpcId"]
ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
routes = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]][:2]
subnets = []
for i, zone in enumerate(zones):
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.42.{i}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
    ec2.associate_route_table(RouteTableId=routes, SubnetId=subnet)
    subnets.append(subnet)

# The group of hosts that are nobody's here: in by nothing, out by everything.
ec2.create_security_group(VpcId=vpc, GroupName="hosts", Description="Hosts of others")

if "nat" in sys.argv:
    public = ec2.create_subnet(VpcId=vpc, CidrBlock="10.42.9.0/24", AvailabilityZone=zones[0])["Subnet"]["SubnetId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=public, AllocationId=address)["NatGateway"]["NatGatewayId"]
    ec2.create_route(RouteTableId=routes, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)

for service in [argument.partition(":")[2] for argument in sys.argv if argument.startswith("endpoint:")]:
    group = ec2.create_security_group(VpcId=vpc, GroupName=f"endpoint-{service}", Description="An endpoint of others")["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.42.0.0/16"}]}],
    )
    ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Interface",
        ServiceName=f"com.amazonaws.{ec2.meta.region_name}.{service}",
        SubnetIds=subnets,
        SecurityGroupIds=[group],
        PrivateDnsEnabled=True,
    )

print(json.dumps({"vpc_id": vpc, "private_subnet_ids": subnets}))
