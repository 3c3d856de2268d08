terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

data "aws_vpc" "this" {
  id = var.vpc_id

  lifecycle {
    postcondition {
      condition     = self.enable_dns_support && self.enable_dns_hostnames
      error_message = "The VPC ${var.vpc_id} resolves no private names: switch on enableDnsSupport and enableDnsHostnames, which the endpoints need."
    }
  }
}

data "aws_subnet" "private" {
  count = length(var.private_subnet_ids)
  id    = var.private_subnet_ids[count.index]

  lifecycle {
    postcondition {
      condition     = self.vpc_id == var.vpc_id
      error_message = "The subnet ${self.id} lies in ${self.vpc_id}: give subnets of ${var.vpc_id}, or that VPC as vpc_id."
    }
    postcondition {
      condition     = !self.map_public_ip_on_launch
      error_message = "The subnet ${self.id} gives out public addresses: give a private subnet instead."
    }
  }
}

data "aws_route_tables" "private" {
  vpc_id = var.vpc_id
  filter {
    name   = "association.subnet-id"
    values = var.private_subnet_ids
  }

  lifecycle {
    postcondition {
      condition     = length(self.ids) > 0 || length(var.gateway_endpoints) == 0
      error_message = "No route table is associated with the private subnets: associate one, or set gateway_endpoints to [] when the VPC reaches DynamoDB and S3 otherwise."
    }
  }
}

data "aws_route_table" "private" {
  for_each       = toset(data.aws_route_tables.private.ids)
  route_table_id = each.key

  lifecycle {
    postcondition {
      condition     = alltrue([for route in self.routes : !startswith(route.gateway_id, "igw-")])
      error_message = "The route table ${each.key} leads to an internet gateway, so its subnets are public: give subnets whose routes stay inside or go through a NAT gateway."
    }
  }
}

data "aws_prefix_list" "gateway" {
  for_each = toset(["dynamodb", "s3"])
  name     = "com.amazonaws.${local.region}.${each.key}"
}

# The interface endpoints that the VPC has already. Gateway endpoints have no interface, and the provider leaves their routes out.
data "aws_network_interfaces" "endpoints" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.this.id]
  }
  filter {
    name   = "interface-type"
    values = ["vpc_endpoint"]
  }
}

data "aws_network_interface" "endpoint" {
  for_each = toset(data.aws_network_interfaces.endpoints.ids)
  id       = each.key
}

data "aws_vpc_endpoint" "present" {
  for_each = toset(flatten([for interface in data.aws_network_interface.endpoint : regexall("vpce-[0-9a-f]+", interface.description)]))
  id       = each.key
}

locals {
  region = data.aws_region.current.name
  zones  = distinct(data.aws_subnet.private[*].availability_zone)

  vpc_cidr_blocks = distinct(concat([data.aws_vpc.this.cidr_block], [for a in data.aws_vpc.this.cidr_block_associations : a.cidr_block if a.state != "disassociated"]))
  overlaps = flatten([
    for client in var.client_cidr_blocks : [
      for own in local.vpc_cidr_blocks : "${client} (with ${own} of the VPC)" if
      cidrsubnet("${split("/", client)[0]}/${min(split("/", client)[1], split("/", own)[1])}", 0, 0)
      == cidrsubnet("${split("/", own)[0]}/${min(split("/", client)[1], split("/", own)[1])}", 0, 0)
    ]
  ])
}

# ------------------------------------------------------------------ how AWS is reached

locals {
  # Endpoints that others have made, by service. An interface endpoint without private names serves nobody who does not know its own.
  existing = {
    for endpoint in data.aws_vpc_endpoint.present : trimprefix(endpoint.service_name, "com.amazonaws.${local.region}.") => {
      id                 = endpoint.id
      security_group_ids = endpoint.security_group_ids
    }...
    if lookup(endpoint.tags, "Name", "") != "${var.name}-${trimprefix(endpoint.service_name, "com.amazonaws.${local.region}.")}" &&
    (endpoint.private_dns_enabled || endpoint.service_name == "com.amazonaws.${local.region}.execute-api")
  }
  made = setunion(var.interface_endpoints, var.gateway_endpoints)

  # Which services each group reaches by an endpoint made here, by one that is there, and by a way out of the VPC.
  by_own      = { for group, services in var.workloads : group => setintersection(services, var.interface_endpoints) }
  by_existing = { for group, services in var.workloads : group => setsubtract(setintersection(services, keys(local.existing)), local.made) }
  # DynamoDB and S3 have a prefix list, which holds for gateway endpoints and for a way out alike.
  by_way_out = { for group, services in var.workloads : group => setsubtract(services, setunion(local.made, keys(local.existing), ["dynamodb", "s3"])) }
  by_prefix  = { for group, services in var.workloads : group => setintersection(services, ["dynamodb", "s3"]) }

  has_way_out = alltrue([for table in data.aws_route_table.private : anytrue([for route in table.routes : route.cidr_block == "0.0.0.0/0"])])
  unreachable = distinct(flatten([for services in local.by_way_out : tolist(services)]))
}

# ------------------------------------------------------------------ security groups

locals {
  service_groups = {
    vpc-link = "VPC link from the private REST APIs to the query service"
    alb      = "Load balancer of the query service"
    service  = "Tasks of the query service"
  }
  groups = merge(
    {
      api             = "Endpoint of the private REST APIs"
      endpoints       = "Endpoints of the AWS services"
      table-clients   = "Functions that use tables"
      service-clients = "Functions that ask the query service"
      key-clients     = "Functions that use master keys"
    },
    var.service == null ? {} : local.service_groups,
  )

  # Who may open connections to whom. Each line is an egress rule of the first and an ingress rule of the second.
  flows = var.service == null ? {} : {
    service-clients-to-alb     = { from = "service-clients", to = "alb", port = var.service.listener_port }
    service-clients-to-service = { from = "service-clients", to = "service", port = var.service.container_port }
    vpc-link-to-alb            = { from = "vpc-link", to = "alb", port = var.service.listener_port }
    alb-to-service             = { from = "alb", to = "service", port = var.service.container_port }
  }

  # The other side of these is not one group's: endpoints are open to the whole VPC, and others' groups are not ours to change.
  own_endpoint_flows = {
    for flow in distinct(flatten([for group, services in local.by_own : [
      for service in services : { from = group, to = service == "execute-api" ? "api" : "endpoints" }
    ]])) : "${flow.from}-to-${flow.to}" => flow
  }
  existing_endpoint_flows = {
    for flow in distinct(flatten([for group, services in local.by_existing : [
      for service in services : [for endpoint in local.existing[service] : [for id in endpoint.security_group_ids : { from = group, to = id }]]
    ]])) : "${flow.from}-to-${flow.to}" => flow
  }
  prefix_flows = {
    for flow in flatten([for group, services in local.by_prefix : [for service in services : { from = group, to = service }]]) :
    "${flow.from}-to-${flow.to}" => flow
  }
  ways_out = toset([for group, services in local.by_way_out : group if length(services) > 0])
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:Other modules attach them, by the output of roles, where checkov does not follow
  for_each = local.groups

  name        = "${var.name}-${each.key}"
  description = each.value
  vpc_id      = data.aws_vpc.this.id
  tags        = { Name = "${var.name}-${each.key}" }

  lifecycle {
    create_before_destroy = true
    precondition {
      condition     = length(local.zones) >= 2
      error_message = "The private subnets lie in one availability zone (${join(", ", local.zones)}): give subnets of two or more."
    }
    precondition {
      condition     = length(local.overlaps) == 0
      error_message = "client_cidr_blocks overlap with the VPC's own network, which may call the APIs anyway: drop ${join(", ", local.overlaps)}."
    }
    precondition {
      condition     = length(local.unreachable) == 0 || local.has_way_out
      error_message = "Nothing leads from the private subnets to ${join(", ", local.unreachable)}: name them in interface_endpoints, or give the subnets a route to a NAT gateway. An endpoint that the VPC has counts when its private names are on."
    }
  }
}

resource "aws_vpc_security_group_ingress_rule" "flow" {
  for_each = local.flows

  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "flow" {
  for_each = local.flows

  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "own_endpoint" {
  for_each = local.own_endpoint_flows

  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "existing_endpoint" {
  for_each = local.existing_endpoint_flows

  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = each.value.to
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "prefix" {
  for_each = local.prefix_flows

  security_group_id = aws_security_group.this[each.value.from].id
  prefix_list_id    = data.aws_prefix_list.gateway[each.value.to].id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# AWS has no narrower name for where its services are.
resource "aws_vpc_security_group_egress_rule" "way_out" {
  for_each = local.ways_out

  security_group_id = aws_security_group.this[each.key].id
  cidr_ipv4         = "0.0.0.0/0"
  description       = "${each.key}-to-aws"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "api_clients" {
  for_each = toset(concat(local.vpc_cidr_blocks, var.client_cidr_blocks))

  security_group_id = aws_security_group.this["api"].id
  cidr_ipv4         = each.value
  description       = "Callers of the APIs"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# An endpoint's private names lead every host of the VPC to it: it has to let every host in.
resource "aws_vpc_security_group_ingress_rule" "endpoint_clients" {
  for_each = toset(local.vpc_cidr_blocks)

  security_group_id = aws_security_group.this["endpoints"].id
  cidr_ipv4         = each.value
  description       = "Callers of AWS services"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# ------------------------------------------------------------------ endpoints

locals {
  account = data.aws_caller_identity.current.account_id
  arn     = "arn:${data.aws_partition.current.partition}"
  own_principals = {
    Condition = { StringEquals = { "aws:PrincipalAccount" = local.account } }
    Effect    = "Allow"
    Principal = "*"
  }
  # Whatever a role allows: through these endpoints only this account's, by this account's principals.
  closed_policies = {
    dynamodb = [
      merge(local.own_principals, { Action = "dynamodb:*", Resource = "${local.arn}:dynamodb:${local.region}:${local.account}:table/*" }),
      merge(local.own_principals, { Action = ["dynamodb:DescribeEndpoints", "dynamodb:DescribeLimits", "dynamodb:ListTables"], Resource = "*" }),
    ]
    s3 = [
      merge(local.own_principals, { Action = "s3:*", Resource = "*" }),
      {
        Sid       = "EcrLayers"
        Effect    = "Allow"
        Action    = "s3:GetObject"
        Resource  = "${local.arn}:s3:::prod-${local.region}-starport-layer-bucket/*"
        Principal = "*"
      },
    ]
    # Who calls without a signature has no account; the API's own policy and authorization judge callers.
    execute-api = [{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "${local.arn}:execute-api:${local.region}:${local.account}:*" }]
  }
  policies = { for service, statements in local.closed_policies : service => jsonencode({ Version = "2012-10-17", Statement = statements }) if var.closed_endpoints }

  # By the services' own names, except the APIs: those have a name of their own through each endpoint.
  private_dns = { for service in var.interface_endpoints : service => service != "execute-api" || var.api_private_dns }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = var.gateway_endpoints

  vpc_id            = data.aws_vpc.this.id
  service_name      = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = data.aws_route_tables.private.ids
  policy            = lookup(local.policies, each.key, null)
  tags              = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_endpoints

  vpc_id              = data.aws_vpc.this.id
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = local.private_dns[each.key]
  subnet_ids          = var.private_subnet_ids
  security_group_ids  = [aws_security_group.this[each.key == "execute-api" ? "api" : "endpoints"].id]
  policy              = lookup(local.policies, each.key, null)
  tags                = { Name = "${var.name}-${each.key}" }

  lifecycle {
    precondition {
      condition     = !contains(keys(local.existing), each.key) || !local.private_dns[each.key]
      error_message = "The VPC has an endpoint for ${each.key} already (${try(local.existing[each.key][0].id, "")}), whose private names this one would take: leave ${each.key} out of interface_endpoints${each.key == "execute-api" ? " and name that one as api_vpc_endpoint_id, or set api_private_dns to false" : ""}."
    }
  }
}
