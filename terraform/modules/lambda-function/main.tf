terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

locals {
  network_actions = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
  ]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "this" {
  name = var.name
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

# What the Lambda service does in the function's name. X-Ray and EC2 know no narrower resource for these.
resource "aws_iam_role_policy" "runtime" {
  name = "runtime"
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
      }],
      [for on in [var.tracing] : {
        Sid      = "SendTraces"
        Effect   = "Allow"
        Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = ["*"]
      } if on],
      [for network in var.network[*] : {
        Sid      = "AttachToVpc"
        Effect   = "Allow"
        Action   = local.network_actions
        Resource = ["*"]
      }],
    )
  })
}

# What the function's own code calls.
resource "aws_iam_role_policy" "code" {
  count = length(var.permissions) > 0 ? 1 : 0

  name = "code"
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for permission in var.permissions : {
        Effect   = "Allow"
        Action   = sort(permission.actions)
        Resource = sort(permission.resources)
      }
    ]
  })
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_272:Zips come byte for byte from this repository and Terraform compares their hash; a signing profile is the account owner's to require
  #checkov:skip=CKV_AWS_116:Functions are invoked synchronously or by a stream, where a dead-letter queue is never used; a stream's failures go to its on-failure queue
  function_name                  = var.name
  description                    = var.description
  role                           = aws_iam_role.this.arn
  runtime                        = var.runtime
  architectures                  = [var.architecture]
  handler                        = "handler.handler"
  filename                       = var.zip_path
  source_code_hash               = filebase64sha256(var.zip_path)
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_s
  publish                        = true
  reserved_concurrent_executions = var.reserved_concurrency
  kms_key_arn                    = length(var.environment) > 0 ? var.kms_key_arn : null

  dynamic "environment" {
    for_each = length(var.environment) > 0 ? [var.environment] : []
    content {
      variables = environment.value
    }
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  dynamic "vpc_config" {
    for_each = var.network[*]
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.runtime, aws_iam_role_policy.code]
}

# Lambda makes network interfaces by the function's role; the code that runs under the same role must not.
resource "aws_iam_role_policy" "network_guard" {
  count = var.network == null ? 0 : 1

  name = "network-guard"
  role = aws_iam_role.this.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = local.network_actions
      Resource  = ["*"]
      Condition = { ArnEquals = { "lambda:SourceFunctionArn" = aws_lambda_function.this.arn } }
    }]
  })
}

# Callers use the alias, so that a version can be taken back without touching them.
resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version that callers and event sources use."
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  count = var.provisioned_concurrency > 0 ? 1 : 0

  function_name                     = aws_lambda_alias.live.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = var.provisioned_concurrency
}
