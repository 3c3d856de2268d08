locals {
  # Which endpoints of functions.json lead where.
  endpoints = { query-service = local.on_aws ? module.query_service[0].url : var.query_service_url }

  # What permissions in functions.json are for → ARNs: `table`, `table/index/name`, `table-*` for the tables that a rebuild puts
  # beside it, and `key/name` for a master key.
  permission_arns = merge([
    for function in local.functions : {
      for subject, _ in lookup(function, "permissions", {}) : subject => startswith(subject, "key/") ? aws_kms_key.master[trimprefix(subject, "key/")].arn : replace(
        subject,
        "/^[^/*]+[^/*-]/",
        module.tables.arns[regex("^[^/*]+[^/*-]", subject)],
      )
    }
  ]...)
  permissions = {
    for name, function in local.functions : name => [
      for subject, actions in lookup(function, "permissions", {}) : { actions = actions, resources = [local.permission_arns[subject]] }
    ]
  }

  consumers = { for name, function in local.functions : name => function.event_source if function.event_source != null }
}

module "functions" {
  source   = "./modules/lambda-function"
  for_each = local.functions

  name                    = "${local.prefix}${each.key}"
  description             = each.value.description
  zip_path                = "${local.packages_dir}/${each.key}/dist/function.zip"
  runtime                 = var.lambda_runtime
  architecture            = var.lambda_architecture
  memory_mb               = each.value.memory_mb
  timeout_s               = each.value.timeout_s
  reserved_concurrency    = lookup(var.reserved_concurrency, each.key, -1)
  provisioned_concurrency = lookup(var.provisioned_concurrency, each.key, 0)
  permissions             = local.permissions[each.key]
  tracing                 = local.tracing
  log_retention_days      = var.log_retention_days
  kms_key_arn             = local.kms_key_arn

  environment = merge(
    {
      LOG_LEVEL = var.log_level
      # The zips hold the maps; without, a stack trace names lines of the bundle.
      NODE_OPTIONS                 = "--enable-source-maps"
      POWERTOOLS_METRICS_NAMESPACE = "notify"
      POWERTOOLS_SERVICE_NAME      = "${local.prefix}${each.key}"
    },
    { for variable, table in each.value.tables : variable => module.tables.names[table] },
    { for variable, key in lookup(each.value, "master_keys", {}) : variable => aws_kms_key.master[key].arn },
    { for variable, endpoint in each.value.endpoints : variable => local.endpoints[endpoint] },
    length(each.value.endpoints) > 0 ? { REQUEST_TIMEOUT = tostring(var.request_timeout_s) } : {},
  )

  # Each function reaches what it uses and nothing else.
  network = {
    subnet_ids = var.private_subnet_ids
    security_group_ids = concat(
      length(each.value.tables) > 0 ? [module.network.security_group_ids["table-clients"]] : [],
      length(lookup(each.value, "master_keys", {})) > 0 ? [module.network.security_group_ids["key-clients"]] : [],
      length(each.value.endpoints) > 0 ? [module.network.security_group_ids["service-clients"]] : [],
    )
  }
}

module "consumers" {
  source   = "./modules/stream-consumer"
  for_each = local.consumers

  name         = "${local.prefix}${each.key}"
  function_arn = module.functions[each.key].alias_arn
  role_name    = module.functions[each.key].role_name
  stream_arn   = module.tables.stream_arns[each.value.table]
  # LocalStack has no windows: there the stream stands for its shards.
  event_source    = local.on_aws ? each.value : merge(each.value, { tumbling_window_s = null })
  given_up_bucket = module.given_up_batches.bucket
  kms_key_arn     = local.kms_key_arn
}

module "given_up_batches" {
  source = "./modules/given-up-batches"

  name                = local.name
  kms_key_arn         = local.kms_key_arn
  deletion_protection = var.deletion_protection
}

module "query_service" {
  source = "./modules/query-service"
  count  = local.on_aws ? 1 : 0

  name                     = local.name
  vpc_id                   = var.vpc_id
  private_subnet_ids       = var.private_subnet_ids
  security_group_ids       = { vpc_link = module.network.security_group_ids["vpc-link"], alb = module.network.security_group_ids["alb"], service = module.network.security_group_ids["service"] }
  listener_port            = local.service_ports.listener_port
  container_port           = local.service_ports.container_port
  tls                      = var.tls
  image                    = var.query_service_image
  task_definition_revision = var.task_definition_revision
  cpu                      = var.query_service_size.cpu
  memory_mb                = var.query_service_size.memory_mb
  architecture             = upper(var.lambda_architecture)
  tasks                    = var.query_service_tasks
  query_function_arn       = module.functions["query-result-lambda"].alias_arn
  internal_api = {
    url           = module.apis["notifications"].url
    authorization = var.api_authorization
    execution_arn = module.apis["notifications"].execution_arn
    stage         = var.api_stage_name
  }
  users_api = var.console_users ? {
    url           = module.apis["users"].url
    authorization = var.api_authorization
    execution_arn = module.apis["users"].execution_arn
    stage         = var.api_stage_name
  } : null
  request_timeout_s   = var.request_timeout_s
  log_level           = lower(var.log_level)
  log_retention_days  = var.log_retention_days
  kms_key_arn         = local.kms_key_arn
  deletion_protection = var.deletion_protection
}
