output "security_group_ids" {
  description = "Security groups by role: api, endpoints, table-clients, service-clients, key-clients, and with the service vpc-link, alb, service."
  value       = { for role, group in aws_security_group.this : role => group.id }
}

output "api_endpoint_id" {
  description = "VPC endpoint of the private REST APIs; null when the VPC has its own."
  value       = one([for service, endpoint in aws_vpc_endpoint.interface : endpoint.id if service == "execute-api"])
}
