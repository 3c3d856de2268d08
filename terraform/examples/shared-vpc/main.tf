# A stage in a VPC that others use too, which has endpoints of its own, and whose callers have to sign.
variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "private_subnet_ids" {
  description = "Two private subnets of it, in two availability zones."
  type        = list(string)
}

module "notify" {
  source = "../.."

  environment        = "example"
  vpc_id             = var.vpc_id
  private_subnet_ids = var.private_subnet_ids

  interface_endpoints = ["execute-api"]
  gateway_endpoints   = []
  api_authorization   = "AWS_IAM"
}

output "apis" {
  description = "The private APIs, with their URLs."
  value       = module.notify.apis
}
