mock_provider "aws" {
  source = "./tests/mocks"
}

override_data {
  target = data.aws_subnet.private[0]
  values = { id = "subnet-0a", vpc_id = "vpc-0a", map_public_ip_on_launch = false, availability_zone = "ap-southeast-1a" }
}
override_data {
  target = data.aws_subnet.private[1]
  values = { id = "subnet-0b", vpc_id = "vpc-0a", map_public_ip_on_launch = false, availability_zone = "ap-southeast-1b" }
}

variables {
  name               = "notify-test"
  vpc_id             = "vpc-0a"
  private_subnet_ids = ["subnet-0a", "subnet-0b"]
  service            = { listener_port = 80, container_port = 8000 }
}

run "groups_name_each_other" {
  module { source = "./modules/network" }

  assert {
    condition     = { for flow, rule in aws_vpc_security_group_ingress_rule.flow : flow => rule.from_port } == { alb-to-service = 8000, key-clients-to-endpoints = 443, nlb-to-alb = 80, service-clients-to-alb = 80, service-to-api = 443, service-to-endpoints = 443 }
    error_message = "Each connection has its one port."
  }
  assert {
    condition = alltrue([
      for flow, rule in aws_vpc_security_group_ingress_rule.flow :
      rule.referenced_security_group_id == aws_vpc_security_group_egress_rule.flow[flow].security_group_id &&
      rule.security_group_id == aws_vpc_security_group_egress_rule.flow[flow].referenced_security_group_id
    ])
    error_message = "What one side may send the other side may take, and nothing else."
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.api_clients : rule.from_port == 443 && rule.cidr_ipv4 == "10.42.0.0/16"])
    error_message = "The VPC's own hosts may call the APIs, by TLS."
  }
  assert {
    condition     = toset(keys(aws_vpc_endpoint.interface)) == toset(["ecr.api", "ecr.dkr", "execute-api", "kms", "lambda", "logs"]) && toset(keys(aws_vpc_endpoint.gateway)) == toset(["dynamodb", "s3"])
    error_message = "AWS is reached without the internet."
  }
  assert {
    condition     = alltrue([for e in aws_vpc_endpoint.interface : e.private_dns_enabled && toset(e.subnet_ids) == toset(var.private_subnet_ids)])
    error_message = "Interface endpoints lie in the private subnets, under AWS's own names."
  }
}

run "without_a_service" {
  module { source = "./modules/network" }
  variables {
    service             = null
    interface_endpoints = ["execute-api"]
    gateway_endpoints   = []
  }
  assert {
    condition     = toset(keys(aws_vpc_security_group_ingress_rule.flow)) == toset(["key-clients-to-endpoints"]) && toset(keys(aws_security_group.this)) == toset(["api", "endpoints", "table-clients", "service-clients", "key-clients"])
    error_message = "There is no group for what is not there."
  }
}

run "takes_peers" {
  module { source = "./modules/network" }
  variables { client_cidr_blocks = ["10.60.0.0/16", "192.168.4.0/24"] }
  assert {
    condition     = toset(keys(aws_vpc_security_group_ingress_rule.api_clients)) == toset(["10.42.0.0/16", "10.60.0.0/16", "192.168.4.0/24"])
    error_message = "Peers may call the APIs."
  }
}

run "refuses_no_subnet" {
  command = plan
  module { source = "./modules/network" }
  variables { private_subnet_ids = [] }
  expect_failures = [var.private_subnet_ids]
}

run "refuses_one_subnet" {
  command = plan
  module { source = "./modules/network" }
  variables { private_subnet_ids = ["subnet-0a"] }
  expect_failures = [var.private_subnet_ids]
}

run "refuses_one_zone" {
  command = plan
  module { source = "./modules/network" }
  override_data {
    target = data.aws_subnet.private[1]
    values = { id = "subnet-0b", vpc_id = "vpc-0a", map_public_ip_on_launch = false, availability_zone = "ap-southeast-1a" }
  }
  expect_failures = [aws_security_group.this]
}

run "refuses_a_public_subnet" {
  command = plan
  module { source = "./modules/network" }
  override_data {
    target = data.aws_subnet.private[1]
    values = { id = "subnet-0b", vpc_id = "vpc-0a", map_public_ip_on_launch = true, availability_zone = "ap-southeast-1b" }
  }
  expect_failures = [data.aws_subnet.private[1]]
}

run "refuses_a_subnet_of_another_vpc" {
  command = plan
  module { source = "./modules/network" }
  override_data {
    target = data.aws_subnet.private[0]
    values = { id = "subnet-0a", vpc_id = "vpc-0b", map_public_ip_on_launch = false, availability_zone = "ap-southeast-1a" }
  }
  expect_failures = [data.aws_subnet.private[0]]
}

run "refuses_a_way_out" {
  command = plan
  module { source = "./modules/network" }
  override_data {
    target = data.aws_route_table.private
    values = { routes = [{ cidr_block = "0.0.0.0/0", gateway_id = "igw-0a" }] }
  }
  expect_failures = [data.aws_route_table.private]
}

run "refuses_overlapping_clients" {
  command = plan
  module { source = "./modules/network" }
  variables { client_cidr_blocks = ["10.60.0.0/16", "10.60.8.0/24"] }
  expect_failures = [var.client_cidr_blocks]
}

run "refuses_clients_inside_the_vpc" {
  command = plan
  module { source = "./modules/network" }
  variables { client_cidr_blocks = ["10.42.7.0/24"] }
  expect_failures = [aws_security_group.this]
}

run "refuses_what_is_no_network" {
  command = plan
  module { source = "./modules/network" }
  variables { client_cidr_blocks = ["10.60.0.7/16"] }
  expect_failures = [var.client_cidr_blocks]
}
