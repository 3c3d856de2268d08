locals {
  api_files = { for file in fileset("${path.module}/api", "*.openapi.yaml") : trimsuffix(file, ".openapi.yaml") => "${path.module}/api/${file}" }
}

module "apis" {
  source   = "./modules/private-api"
  for_each = local.api_files

  name               = "${local.prefix}${each.key}"
  openapi_file       = each.value
  stage_name         = var.api_stage_name
  vpc_endpoint_id    = coalesce(var.api_vpc_endpoint_id, module.network.api_endpoint_id)
  functions          = module.functions
  query_service      = local.on_aws ? { url = module.query_service[0].vpc_link_url, vpc_link_id = module.query_service[0].vpc_link_id } : { url = var.query_service_url, vpc_link_id = null }
  uses_vpc_link      = local.on_aws
  throttle           = var.api_throttle
  cache              = local.on_aws ? var.api_cache : null
  tracing            = local.tracing
  log_retention_days = var.log_retention_days
  kms_key_arn        = local.kms_key_arn
  # LocalStack gives an API the id that this tag says, so that its URL is known before it is made.
  tags = local.on_aws ? {} : { _custom_id_ = each.key }

  depends_on = [aws_api_gateway_account.this]
}

# One in an account and region: how API Gateway may write logs.
resource "aws_iam_role" "api_logs" {
  count = var.api_account_role ? 1 : 0

  name = "${local.name}-api-logs"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "apigateway.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "api_logs" {
  count = var.api_account_role ? 1 : 0

  role       = aws_iam_role.api_logs[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "this" {
  count = var.api_account_role ? 1 : 0

  cloudwatch_role_arn = aws_iam_role.api_logs[0].arn

  depends_on = [aws_iam_role_policy_attachment.api_logs]
}
