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

# ------------------------------------------------------------------ security groups

locals {
  service_groups = {
    nlb     = "Network load balancer of the query service, behind the API's VPC link"
    alb     = "Application load balancer of the query service"
    service = "Tasks of the query service"
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
  service_flows = var.service == null ? {} : {
    service-clients-to-alb = { from = "service-clients", to = "alb", port = var.service.listener_port }
    nlb-to-alb             = { from = "nlb", to = "alb", port = var.service.listener_port }
    alb-to-service         = { from = "alb", to = "service", port = var.service.container_port }
    service-to-api         = { from = "service", to = "api", port = 443 }
    service-to-endpoints   = { from = "service", to = "endpoints", port = 443 }
  }
  flows = merge({ key-clients-to-endpoints = { from = "key-clients", to = "endpoints", port = 443 } }, local.service_flows)
  # By prefix list, since a gateway endpoint has no security group.
  gateway_flows = merge(
    { table-clients-to-dynamodb = { from = "table-clients", to = "dynamodb" } },
    # ECR keeps its layers in S3.
    var.service == null ? {} : { service-to-s3 = { from = "service", to = "s3" } },
  )
}

resource "aws_security_group" "this" {
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

resource "aws_vpc_security_group_egress_rule" "gateway" {
  for_each = local.gateway_flows

  security_group_id = aws_security_group.this[each.value.from].id
  prefix_list_id    = data.aws_prefix_list.gateway[each.value.to].id
  description       = each.key
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

# ------------------------------------------------------------------ endpoints

locals {
  own_principals = {
    Condition = { StringEquals = { "aws:PrincipalAccount" = data.aws_caller_identity.current.account_id } }
    Effect    = "Allow"
    Principal = { AWS = "*" }
  }
  gateway_policies = {
    # Whatever a role allows: through this VPC only this account's tables, by this account's principals.
    dynamodb = [merge(local.own_principals, {
      Action   = "dynamodb:*"
      Resource = "arn:${data.aws_partition.current.partition}:dynamodb:${local.region}:${data.aws_caller_identity.current.account_id}:table/*"
    })]
    s3 = [
      merge(local.own_principals, { Action = "s3:*", Resource = "*" }),
      {
        Sid       = "EcrLayers"
        Effect    = "Allow"
        Action    = "s3:GetObject"
        Resource  = "arn:${data.aws_partition.current.partition}:s3:::prod-${local.region}-starport-layer-bucket/*"
        Principal = { AWS = "*" }
      },
    ]
  }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = var.gateway_endpoints

  vpc_id            = data.aws_vpc.this.id
  service_name      = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = data.aws_route_tables.private.ids
  policy            = jsonencode({ Version = "2012-10-17", Statement = local.gateway_policies[each.key] })
  tags              = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_endpoints

  vpc_id              = data.aws_vpc.this.id
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = var.private_subnet_ids
  security_group_ids  = [aws_security_group.this[each.key == "execute-api" ? "api" : "endpoints"].id]
  tags                = { Name = "${var.name}-${each.key}" }
}
