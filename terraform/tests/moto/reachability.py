"""Who may talk to whom, in networks as they were made: by security groups, endpoints, their private names, prefix lists and routes.

Usage: python reachability.py <name of the environment>=<vpc>=<kind> …, where kind is own, existing, nat or mixed. Prints what is wrong and
`reachability_assertions=N wrong=M`.
"""

import ipaddress
import json
import pathlib
import sys

import boto3

ROOT = pathlib.Path(__file__).parents[2]
FUNCTIONS = json.loads((ROOT / "functions.json").read_text())
REGION = "ap-southeast-1"
#: An address of AWS's own, which only a way out of the VPC leads to.
PUBLIC = "52.94.0.1"
#: The networks that are applied with client_cidr_blocks.
WITH_PEERS = ("nat", "mixed")
EVERY_SERVICE = ["ecr.api", "ecr.dkr", "execute-api", "kms", "lambda", "logs", "s3", "dynamodb"]

ec2 = boto3.client("ec2")


class Network:
    """A VPC with its groups, endpoints and routes."""

    def __init__(self, name, vpc):
        self.name = name
        mine = [{"Name": "vpc-id", "Values": [vpc]}]
        self.groups = {group["GroupId"]: group for group in ec2.describe_security_groups(Filters=mine)["SecurityGroups"]}
        self.ids = {group["GroupName"]: id for id, group in self.groups.items()}
        self.endpoints = [e for e in ec2.describe_vpc_endpoints()["VpcEndpoints"] if e["VpcId"] == vpc]
        routes = [route for table in ec2.describe_route_tables(Filters=mine)["RouteTables"] for route in table["Routes"]]
        self.has_way_out = any(route.get("NatGatewayId") for route in routes)
        self.prefix_lists = {p["PrefixListName"].rpartition(".")[2]: p["PrefixListId"] for p in ec2.describe_managed_prefix_lists()["PrefixLists"]}

    def member(self, role, address="10.42.0.20"):
        return {"groups": [self.ids[f"{self.name}-{role}"]], "address": address}

    def function(self, described):
        roles = [("table-clients", described["tables"]), ("key-clients", described.get("master_keys")), ("service-clients", described["endpoints"])]
        return {"groups": [self.ids[f"{self.name}-{role}"] for role, uses in roles if uses], "address": "10.42.0.30"}

    def host(self):
        """A host whose group is not ours and lets out everything, as groups do that nobody has changed."""
        return {"groups": [self.ids["hosts"]], "address": "10.42.0.50"}

    def service(self, service):
        """What a service's own name leads to; for the APIs, which have a name for each endpoint, the endpoint."""
        for endpoint in self.endpoints:
            if endpoint["ServiceName"] != f"com.amazonaws.{REGION}.{service}":
                continue
            if endpoint["VpcEndpointType"] == "Gateway":
                return {"prefix_list": self.prefix_lists[service]}
            if endpoint["PrivateDnsEnabled"] or service == "execute-api":
                return {"groups": [group["GroupId"] for group in endpoint["Groups"]], "address": "10.42.0.10"}
        return {"address": PUBLIC, "prefix_list": self.prefix_lists.get(service), "outside": True}

    def may(self, source, target, port):
        if target.get("outside") and not self.has_way_out:
            return False
        leaves = any(
            matches(rule, port, target.get("groups", []), target.get("address"), target.get("prefix_list"))
            for group in source["groups"]
            for rule in self.groups[group]["IpPermissionsEgress"]
        )
        enters = "groups" not in target or any(
            matches(rule, port, source["groups"], source["address"], None) for group in target["groups"] for rule in self.groups[group]["IpPermissions"]
        )
        return leaves and enters


def matches(rule, port, groups, address, prefix_list):
    if rule["IpProtocol"] != "-1" and not (rule["IpProtocol"] == "tcp" and rule["FromPort"] <= port <= rule["ToPort"]):
        return False
    return (
        any(pair["GroupId"] in groups for pair in rule["UserIdGroupPairs"])
        or any(address and ipaddress.ip_address(address) in ipaddress.ip_network(r["CidrIp"]) for r in rule["IpRanges"])
        or any(prefix_list and p["PrefixListId"] == prefix_list for p in rule["PrefixListIds"])
        # What a gateway endpoint leads to has no address of the VPC; a rule for everywhere holds for it too.
        or any(prefix_list and r["CidrIp"] == "0.0.0.0/0" for r in rule["IpRanges"])
    )


def assertions(network, has_peers):
    """(what, expected, found)"""
    task, alb, link, host = network.member("service"), network.member("alb"), network.member("vpc-link"), network.host()
    peer = {"groups": [network.ids["hosts"]], "address": "10.60.0.5"}

    # Tasks pull their image, log, ask the query function and the API, and do nothing else.
    for service in EVERY_SERVICE:
        used = service in ("ecr.api", "ecr.dkr", "execute-api", "lambda", "logs", "s3")
        # Endpoints of one group are one to a rule, and a way out is to everywhere: what is not used is only kept out where it lies apart.
        if used or service == "dynamodb" and not network.has_way_out:
            yield f"task → {service}", used, network.may(task, network.service(service), 443)

    # The one way to the service: the link and the functions that ask it, through the load balancer; and tasks by their names.
    yield "VPC link → load balancer", True, network.may(link, alb, 80)
    yield "VPC link → task", False, network.may(link, task, 8000)
    yield "load balancer → task", True, network.may(alb, task, 8000)
    yield "task → load balancer", False, network.may(task, alb, 80)
    for source, who in ((host, "host of the VPC"), (peer, "peer")):
        yield f"{who} → load balancer", False, network.may(source, alb, 80)
        yield f"{who} → task", False, network.may(source, task, 8000)

    for name, described in FUNCTIONS.items():
        function = network.function(described)
        yield f"{name} → load balancer", bool(described["endpoints"]), network.may(function, alb, 80)
        yield f"{name} → task", bool(described["endpoints"]), network.may(function, task, 8000)
        yield f"{name} → dynamodb", bool(described["tables"]), network.may(function, network.service("dynamodb"), 443)
        if described.get("master_keys") or not network.service("kms").get("outside"):
            yield f"{name} → kms", bool(described.get("master_keys")), network.may(function, network.service("kms"), 443)
        # A way out is to every address on its port.
        if not (network.has_way_out and described.get("master_keys")):
            yield f"{name} → execute-api", False, network.may(function, network.service("execute-api"), 443)

    # Whoever releases, accepts and operates is a host of the VPC like those of others, which go on reaching what they reached.
    actors = {
        "deployer": ["ecr.api", "ecr.dkr", "s3", "execute-api"],
        "acceptance host": ["execute-api", "dynamodb", "lambda"],
        "operator": ["execute-api", "dynamodb", "lambda"],
        "host of others": ["ecr.api", "ecr.dkr", "kms", "lambda", "logs", "s3", "dynamodb"],
    }
    for actor, services in actors.items():
        for service in services:
            yield f"{actor} → {service}", True, network.may(host, network.service(service), 443)
    yield "peer → execute-api", has_peers, network.may(peer, network.service("execute-api"), 443)
    taken = any(e["ServiceName"].endswith(".execute-api") and e["PrivateDnsEnabled"] for e in network.endpoints)
    yield "host of others → public APIs by their own names", False, taken


def main():
    total, wrong = 0, 0
    for argument in sys.argv[1:]:
        name, vpc, kind = argument.split("=")
        for what, expected, found in assertions(Network(name, vpc), kind in WITH_PEERS):
            total += 1
            if expected != found:
                wrong += 1
                print(f"{kind}: {what} is {'open' if found else 'closed'}")
    print(f"reachability_assertions={total} wrong={wrong}")
    sys.exit(1 if wrong or not total else 0)


main()
