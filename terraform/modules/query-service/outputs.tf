output "url" {
  description = "URL of the service for callers in the VPC."
  value       = var.tls == null ? "http://${aws_lb.alb.dns_name}" : "https://${var.tls.host_name}"
}

output "vpc_link_id" {
  description = "The VPC link."
  value       = aws_apigatewayv2_vpc_link.this.id
}

output "load_balancer_arn" {
  description = "The load balancer, which the VPC link leads to."
  value       = aws_lb.alb.arn
}

output "cluster_name" {
  description = "ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "service_name" {
  description = "ECS service."
  value       = aws_ecs_service.this.name
}

output "task_family" {
  description = "Family of the task definitions."
  value       = aws_ecs_task_definition.this.family
}

output "repository_url" {
  description = "ECR repository of the image."
  value       = aws_ecr_repository.this.repository_url
}

output "image_parameter" {
  description = "SSM parameter that holds the image deployed last."
  value       = aws_ssm_parameter.image.name
}

output "task_role_name" {
  description = "Role of the service itself."
  value       = aws_iam_role.task.name
}

output "load_balancer_suffix" {
  description = "The application load balancer, as its metrics call it."
  value       = aws_lb.alb.arn_suffix
}

output "target_group_suffix" {
  description = "The tasks' target group, as its metrics call it."
  value       = aws_lb_target_group.service.arn_suffix
}
