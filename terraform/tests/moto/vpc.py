"""Makes the VPC that the configuration expects to find: two private subnets and their route table. Prints its ids as Terraform variables."""

import json

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
print(json.dumps({"vpc_id": vpc, "private_subnet_ids": subnets}))
