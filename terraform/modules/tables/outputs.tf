output "names" {
  description = "Real table names by logical name."
  value       = { for name, table in aws_dynamodb_table.this : name => table.name }
}

output "arns" {
  description = "Table ARNs by logical name."
  value       = { for name, table in aws_dynamodb_table.this : name => table.arn }
}

output "stream_arns" {
  description = "Stream ARNs by logical name, of the tables that have a stream."
  value       = { for name, table in aws_dynamodb_table.this : name => table.stream_arn if var.tables[name].stream != null }
}
