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
  query_service      = local.on_aws ? { url = module.query_service[0].url, vpc_link = { id = module.query_service[0].vpc_link_id, load_balancer_arn = module.query_service[0].load_balancer_arn } } : { url = var.query_service_url, vpc_link = null }
  uses_vpc_link      = local.on_aws
  authorization      = var.api_authorization
  principal_org_id   = var.api_principal_org_id
  fail_on_warnings   = var.api_fail_on_warnings
  throttle           = var.api_throttle
  cache              = local.on_aws ? var.api_cache : null
  tracing            = local.tracing
  log_retention_days = var.log_retention_days
  kms_key_arn        = local.kms_key_arn
  # LocalStack gives an API the id that this tag says, so that its URL is known before it is made.
  tags = local.on_aws ? {} : { _custom_id_ = each.key }
}

# How API Gateway may write logs is one setting of an account and region, which terraform/account makes.
data "aws_iam_roles" "api_logs" {
  count      = local.on_aws && var.api_logs_role != null ? 1 : 0
  name_regex = "^${var.api_logs_role}$"

  lifecycle {
    postcondition {
      condition     = length(self.names) == 1
      error_message = "There is no role ${var.api_logs_role}, by which API Gateway writes logs: apply terraform/account once for this account and region, or set api_logs_role to null when the account has another."
    }
  }
}
