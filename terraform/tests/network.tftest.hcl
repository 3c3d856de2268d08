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
  workloads = {
    table-clients = ["dynamodb"]
    key-clients   = ["kms"]
    service       = ["ecr.api", "ecr.dkr", "execute-api", "lambda", "logs", "s3"]
  }
}

run "groups_name_each_other" {
  module { source = "./modules/network" }

  assert {
    condition     = { for flow, rule in aws_vpc_security_group_ingress_rule.flow : flow => rule.from_port } == { alb-to-service = 8000, service-clients-to-alb = 80, service-clients-to-service = 8000, vpc-link-to-alb = 80 }
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
    condition     = { for service, e in aws_vpc_endpoint.interface : service => e.private_dns_enabled } == { "ecr.api" = true, "ecr.dkr" = true, execute-api = false, kms = true, lambda = true, logs = true } && alltrue([for e in aws_vpc_endpoint.interface : toset(e.subnet_ids) == toset(var.private_subnet_ids)])
    error_message = "Interface endpoints lie in the private subnets, under AWS's own names; public APIs keep theirs."
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.endpoint_clients : rule.from_port == 443 && rule.cidr_ipv4 == "10.42.0.0/16"])
    error_message = "Every host of the VPC goes on reaching what the endpoints' names lead to."
  }
  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.own_endpoint)) == toset(["key-clients-to-endpoints", "service-to-endpoints", "service-to-api"]) && toset(keys(aws_vpc_security_group_egress_rule.prefix)) == toset(["table-clients-to-dynamodb", "service-to-s3"]) && length(aws_vpc_security_group_egress_rule.way_out) == 0 && length(aws_vpc_security_group_egress_rule.existing_endpoint) == 0
    error_message = "Each group reaches what its members call, and nothing else."
  }
  assert {
    condition     = alltrue([for e in aws_vpc_endpoint.gateway : e.policy == null || !can(jsondecode(e.policy))])
    error_message = "Endpoints that others use too have no policy unless asked."
  }
}

run "without_a_service" {
  module { source = "./modules/network" }
  variables {
    service             = null
    interface_endpoints = ["execute-api"]
    gateway_endpoints   = []
    workloads           = {}
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.flow) == 0 && toset(keys(aws_security_group.this)) == toset(["api", "endpoints", "table-clients", "service-clients", "key-clients"])
    error_message = "There is no group for what is not there."
  }
}

run "uses_endpoints_that_are_there" {
  module { source = "./modules/network" }
  variables {
    interface_endpoints = ["ecr.api", "ecr.dkr", "execute-api", "logs"]
    gateway_endpoints   = ["s3"]
  }
  override_data {
    target = data.aws_network_interfaces.endpoints
    values = { ids = ["eni-0a", "eni-0b"] }
  }
  override_data {
    target = data.aws_network_interface.endpoint["eni-0a"]
    values = { description = "VPC Endpoint Interface vpce-0a" }
  }
  override_data {
    target = data.aws_network_interface.endpoint["eni-0b"]
    values = { description = "VPC Endpoint Interface vpce-0b" }
  }
  override_data {
    target = data.aws_vpc_endpoint.present["vpce-0a"]
    values = { id = "vpce-0a", service_name = "com.amazonaws.ap-southeast-1.kms", vpc_endpoint_type = "Interface", private_dns_enabled = true, security_group_ids = ["sg-0a"], tags = {} }
  }
  override_data {
    target = data.aws_vpc_endpoint.present["vpce-0b"]
    values = { id = "vpce-0b", service_name = "com.amazonaws.ap-southeast-1.lambda", vpc_endpoint_type = "Interface", private_dns_enabled = true, security_group_ids = ["sg-0b"], tags = {} }
  }
  assert {
    condition     = { for flow, rule in aws_vpc_security_group_egress_rule.existing_endpoint : flow => rule.referenced_security_group_id } == { key-clients-to-sg-0a = "sg-0a", service-to-sg-0b = "sg-0b" } && length(aws_vpc_security_group_egress_rule.way_out) == 0
    error_message = "What the VPC's own endpoints serve is reached through them."
  }
}

run "goes_out_by_nat" {
  module { source = "./modules/network" }
  variables {
    interface_endpoints = ["execute-api"]
    gateway_endpoints   = []
  }
  override_data {
    target = data.aws_route_table.private
    values = { routes = [{ cidr_block = "0.0.0.0/0", nat_gateway_id = "nat-0a" }] }
  }
  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.way_out)) == toset(["key-clients", "service"]) && toset(keys(aws_vpc_security_group_egress_rule.own_endpoint)) == toset(["service-to-api"]) && alltrue([for rule in aws_vpc_security_group_egress_rule.way_out : rule.from_port == 443 && rule.to_port == 443])
    error_message = "What no endpoint serves is reached by TLS through the NAT gateway."
  }
}

run "takes_the_names_of_all_apis_when_asked" {
  command = plan
  module { source = "./modules/network" }
  variables { api_private_dns = true }
  assert {
    condition     = aws_vpc_endpoint.interface["execute-api"].private_dns_enabled
    error_message = "The names are the VPC's to give away."
  }
}

run "closes_endpoints_when_asked" {
  command = plan
  module { source = "./modules/network" }
  variables { closed_endpoints = true }
  assert {
    condition     = alltrue([for s in jsondecode(aws_vpc_endpoint.gateway["dynamodb"].policy).Statement : s.Condition == { StringEquals = { "aws:PrincipalAccount" = "123456789012" } }]) && jsondecode(aws_vpc_endpoint.interface["execute-api"].policy).Statement[0].Resource == "arn:aws:execute-api:ap-southeast-1:123456789012:*"
    error_message = "Only this account's principals and resources go through."
  }
}

run "refuses_an_endpoint_that_is_there" {
  command = plan
  module { source = "./modules/network" }
  override_data {
    target = data.aws_network_interfaces.endpoints
    values = { ids = ["eni-0a"] }
  }
  override_data {
    target = data.aws_network_interface.endpoint["eni-0a"]
    values = { description = "VPC Endpoint Interface vpce-0a" }
  }
  override_data {
    target = data.aws_vpc_endpoint.present["vpce-0a"]
    values = { id = "vpce-0a", service_name = "com.amazonaws.ap-southeast-1.kms", vpc_endpoint_type = "Interface", private_dns_enabled = true, security_group_ids = ["sg-0a"], tags = {} }
  }
  expect_failures = [aws_vpc_endpoint.interface["kms"]]
}

run "refuses_what_nothing_leads_to" {
  command = plan
  module { source = "./modules/network" }
  variables { interface_endpoints = ["execute-api"] }
  expect_failures = [aws_security_group.this]
}

run "refuses_a_vpc_without_names" {
  command = plan
  module { source = "./modules/network" }
  override_data {
    target = data.aws_vpc.this
    values = { cidr_block = "10.42.0.0/16", enable_dns_support = false, enable_dns_hostnames = true, cidr_block_associations = [] }
  }
  expect_failures = [data.aws_vpc.this]
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
