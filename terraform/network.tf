locals {
  service_ports = { listener_port = var.tls == null ? 80 : 443, container_port = 8000 }
}

module "network" {
  source = "./modules/network"

  name                = local.name
  vpc_id              = var.vpc_id
  private_subnet_ids  = var.private_subnet_ids
  client_cidr_blocks  = var.client_cidr_blocks
  interface_endpoints = local.on_aws ? var.interface_endpoints : setintersection(var.interface_endpoints, ["execute-api"])
  gateway_endpoints   = var.gateway_endpoints
  api_private_dns     = var.api_private_dns
  closed_endpoints    = var.closed_endpoints
  service             = local.on_aws ? local.service_ports : null
  # On LocalStack nothing goes through a VPC.
  workloads = local.on_aws ? {
    table-clients = ["dynamodb"]
    key-clients   = ["kms"]
    service       = ["ecr.api", "ecr.dkr", "execute-api", "lambda", "logs", "s3"]
  } : {}
}
