output "bucket" {
  description = "The bucket: name and ARN."
  value       = { name = aws_s3_bucket.this.bucket, arn = aws_s3_bucket.this.arn }
}
