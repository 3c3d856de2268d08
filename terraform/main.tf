# Tables, functions and APIs stand in tables.json, functions.json and api/*.openapi.yaml, which the local stack and the tests read too.
# What is added there is deployed, permitted, watched and routed here without another line.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  name   = "notify-${var.environment}"
  prefix = var.name_prefix == null ? "${local.name}-" : var.name_prefix

  tables    = jsondecode(file("${path.module}/tables.json"))
  functions = jsondecode(file("${path.module}/functions.json"))

  packages_dir = coalesce(var.packages_dir, "${path.module}/../packages")
  kms_key_arn  = var.customer_managed_key ? try(coalesce(var.kms_key_arn, one(aws_kms_key.this[*].arn)), null) : null

  # What LocalStack's free edition does not serve.
  on_aws         = var.platform == "aws"
  tracing        = var.tracing && local.on_aws
  trace_sampling = local.on_aws ? var.trace_sampling : null
  insights       = var.contributor_insights && local.on_aws
}

resource "aws_kms_key" "this" {
  count = var.customer_managed_key && var.kms_key_arn == null ? 1 : 0

  description             = "Tables, queues, topics, logs, images and environments of ${local.name}."
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_protection ? 30 : 7

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Administration"
        Effect    = "Allow"
        Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        # As AWS's own keys do it: whoever may use the table or queue may have it decrypted, and only there.
        Sid       = "ThroughServices"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
        Condition = {
          StringEquals = {
            "kms:CallerAccount" = data.aws_caller_identity.current.account_id
            "kms:ViaService"    = [for service in ["dynamodb", "ecr", "lambda", "s3", "sqs", "ssm"] : "${service}.${var.region}.amazonaws.com"]
          }
        }
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:${data.aws_partition.current.partition}:logs:${var.region}:${data.aws_caller_identity.current.account_id}:log-group:*" } }
      },
      {
        Sid       = "GivenUpBatches"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
      },
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  count = length(aws_kms_key.this)

  name          = "alias/${local.name}"
  target_key_id = aws_kms_key.this[0].key_id
}

# Keys that functions wrap other keys with, by the names that functions.json gives them. Losing one loses all that it guards.
resource "aws_kms_key" "master" {
  for_each = toset(flatten([for function in local.functions : values(lookup(function, "master_keys", {}))]))

  description             = "Master key ${each.key} of ${local.name}."
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_protection ? 30 : 7

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "GovernedByRoles"
      Effect    = "Allow"
      Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_alias" "master" {
  for_each = aws_kms_key.master

  name          = "alias/${local.name}-${each.key}"
  target_key_id = each.value.key_id
}

module "tables" {
  source = "./modules/tables"

  tables                 = local.tables
  name_prefix            = local.prefix
  kms_key_arn            = local.kms_key_arn
  point_in_time_recovery = var.point_in_time_recovery
  deletion_protection    = var.deletion_protection
  contributor_insights   = local.insights
}
