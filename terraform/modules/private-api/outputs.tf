output "id" {
  description = "Id of the REST API."
  value       = aws_api_gateway_rest_api.this.id
}

output "name" {
  description = "Name of the REST API, as its metrics call it."
  value       = aws_api_gateway_rest_api.this.name
}

output "stage_name" {
  description = "Name of the stage."
  value       = var.stage_name
}

output "url" {
  description = "URL of the stage through its VPC endpoint, whether or not that one's private names are on."
  value       = "https://${aws_api_gateway_rest_api.this.id}-${var.vpc_endpoint_id}.execute-api.${data.aws_region.current.name}.amazonaws.com/${var.stage_name}"
}

output "execution_arn" {
  description = "ARN by which permissions name the API."
  value       = aws_api_gateway_rest_api.this.execution_arn
}
