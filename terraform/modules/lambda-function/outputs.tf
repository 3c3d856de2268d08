output "name" {
  description = "The function's real name."
  value       = aws_lambda_function.this.function_name
}

output "alias_arn" {
  description = "ARN of the alias that callers and event sources use."
  value       = aws_lambda_alias.live.arn
}

output "alias_name" {
  description = "Name of that alias."
  value       = aws_lambda_alias.live.name
}

output "invoke_arn" {
  description = "ARN by which API Gateway invokes the alias."
  value       = aws_lambda_alias.live.invoke_arn
}

output "role_name" {
  description = "Name of the function's role."
  value       = aws_iam_role.this.name
}

output "role_arn" {
  description = "ARN of the function's role."
  value       = aws_iam_role.this.arn
}

output "log_group_name" {
  description = "Where the function logs."
  value       = aws_cloudwatch_log_group.this.name
}
