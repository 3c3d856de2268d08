variable "name" {
  description = "Put before the names of what is made."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "vpc_id looks like vpc-0123456789abcdef0: give the id of the VPC to deploy into."
  }
}

variable "private_subnet_ids" {
  description = "Private subnets in at least two availability zones."
  type        = list(string)
  validation {
    condition     = length(var.private_subnet_ids) > 0
    error_message = "No subnet is given: set private_subnet_ids to two or more private subnets, each in its own availability zone."
  }
  validation {
    condition     = length(distinct(var.private_subnet_ids)) != 1
    error_message = "One subnet is not enough, since the load balancer needs two availability zones: add a private subnet in another zone to private_subnet_ids."
  }
  validation {
    condition     = length(distinct(var.private_subnet_ids)) == length(var.private_subnet_ids)
    error_message = "A subnet is given twice: list each of private_subnet_ids once."
  }
}

variable "client_cidr_blocks" {
  description = "Networks beside the VPC's own, peered or by VPN, whose hosts may call the APIs."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for cidr in var.client_cidr_blocks : can(cidrnetmask(cidr))])
    error_message = "Each of client_cidr_blocks is an IPv4 network such as 10.20.0.0/16: correct the one that is not."
  }
  validation {
    condition     = alltrue([for cidr in var.client_cidr_blocks : try(cidrhost(cidr, 0) == split("/", cidr)[0], true)])
    error_message = "Each of client_cidr_blocks starts at its network's first address (10.20.0.0/16, not 10.20.1.7/16): correct the one that does not."
  }
  # Two networks overlap when they are the same once both are as wide as the wider one.
  validation {
    condition = alltrue(flatten([
      for i, a in var.client_cidr_blocks : [
        for b in slice(var.client_cidr_blocks, i + 1, length(var.client_cidr_blocks)) : try(
          cidrsubnet("${split("/", a)[0]}/${min(split("/", a)[1], split("/", b)[1])}", 0, 0)
          != cidrsubnet("${split("/", b)[0]}/${min(split("/", a)[1], split("/", b)[1])}", 0, 0),
          true,
        )
      ]
    ]))
    error_message = "Two of client_cidr_blocks overlap: keep the wider one and drop the one that lies in it."
  }
}

variable "interface_endpoints" {
  description = "AWS services to make an interface endpoint for; leave out those that the VPC has already."
  type        = set(string)
  default     = ["ecr.api", "ecr.dkr", "execute-api", "kms", "lambda", "logs"]
  validation {
    condition     = length(setsubtract(var.interface_endpoints, ["ecr.api", "ecr.dkr", "execute-api", "kms", "lambda", "logs"])) == 0
    error_message = "interface_endpoints may name ecr.api, ecr.dkr, execute-api, kms, lambda and logs: drop the others."
  }
}

variable "gateway_endpoints" {
  description = "AWS services to make a gateway endpoint for; leave out those that the VPC has already."
  type        = set(string)
  default     = ["dynamodb", "s3"]
  validation {
    condition     = length(setsubtract(var.gateway_endpoints, ["dynamodb", "s3"])) == 0
    error_message = "gateway_endpoints may name dynamodb and s3: drop the others."
  }
}

variable "service" {
  description = "The query service's ports: of the load balancers and of the container. null when it runs elsewhere."
  type        = object({ listener_port = number, container_port = number })
  default     = null
}

variable "workloads" {
  description = "AWS services that each group's members call, by role of the group; none for those that do not run in the VPC."
  type        = map(set(string))
}

variable "api_private_dns" {
  description = "Whether the endpoint of the APIs takes the names `*.execute-api.<region>.amazonaws.com` for the whole VPC. Public APIs then answer 403 to every host of the VPC; without, each API has a name through the endpoint all the same."
  type        = bool
  default     = false
}

variable "closed_endpoints" {
  description = "Whether the endpoints let through only this account's resources and principals. They then bind every host of the VPC that goes through them."
  type        = bool
  default     = false
}
