# A stage in a VPC that is its alone and has no endpoints: Terraform makes them, closed to what is not this account's.
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

  api_private_dns  = true
  closed_endpoints = true
}

output "apis" {
  description = "The private APIs, with their URLs."
  value       = module.notify.apis
}
