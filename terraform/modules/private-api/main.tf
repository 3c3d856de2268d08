terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  methods = ["get", "put", "post", "delete", "options", "head", "patch"]

  addresses = merge(
    { for name, function in var.functions : "${replace(name, "-", "_")}_invoke_arn" => function.invoke_arn },
    { query_service_url = var.query_service.url, connection_id = try(coalesce(var.query_service.vpc_link.id), "none") },
  )
  connection = { connection_type = var.uses_vpc_link ? "VPC_LINK" : "INTERNET" }
  document   = yamldecode(templatefile(var.openapi_file, merge(local.addresses, local.connection)))
  # The same with names for addresses says before any apply which routes there are and which function each invokes.
  structure = yamldecode(templatefile(var.openapi_file, merge({ for name, _ in local.addresses : name => name }, local.connection)))

  # Operations by method and path: `GET /tx`.
  operations = merge([
    for path, item in local.structure.paths : {
      for method, operation in item : "${upper(method)} ${path}" => operation if contains(local.methods, method)
    }
  ]...)

  function_of_variable = { for name, _ in var.functions : "${replace(name, "-", "_")}_invoke_arn" => name }
  invocations = {
    for route, operation in local.operations : route => local.function_of_variable[operation["x-amazon-apigateway-integration"].uri]
    if contains(keys(local.function_of_variable), try(operation["x-amazon-apigateway-integration"].uri, ""))
  }

  query_parameters = {
    for route, operation in local.operations : route => [
      for parameter in try(operation.parameters, []) : "method.request.querystring.${parameter.name}" if parameter.in == "query"
    ]
  }
  # An answer to one user must not come to another: only routes whose parameters are all part of the key are cached. One that waits
  # for a write is asked again until it has come; a cache would repeat that it has not, as it would that something is on its way.
  cached_routes = var.cache == null ? toset([]) : toset([
    for route, parameters in local.query_parameters : route
    if startswith(route, "GET ") && length(parameters) > 0 && !contains(parameters, "method.request.querystring.at_least") && !contains(try(local.operations[route].tags, []), "pipeline")
  ])

  # By a VPC link the stage's name is part of the path that arrives, unless the path is given anew. A body of another type than JSON
  # would miss the template and with it the path, so API Gateway answers those with 415 itself.
  paths_behind_link = {
    for path, _ in local.structure.paths : path => {
      integrationTarget   = try(var.query_service.vpc_link.load_balancer_arn, null)
      passthroughBehavior = "never"
      requestTemplates = {
        "application/json" = join("\n", [
          "#set($context.requestOverride.path = \"${replace(path, "/\\{([a-zA-Z0-9_]+)\\}/", "$util.urlEncode($input.params('$1'))")}\")",
          "$input.body",
        ])
      }
    }
  }
  signed = { security = [{ sigv4 = [] }] }

  paths = {
    for path, item in local.document.paths : path => {
      for method, operation in item : method => merge(
        operation,
        { for member, value in local.signed : member => value if var.authorization == "AWS_IAM" && contains(local.methods, method) },
        {
          for extension, integration in operation : extension => merge(
            # The address stands for the VPC link; a public integration has none.
            { for member, value in integration : member => value if member != "connectionId" || try(integration.connectionType, "") == "VPC_LINK" },
            { for member, value in local.paths_behind_link[path] : member => value if try(integration.connectionType, "") == "VPC_LINK" },
            { for member in ["cacheKeyParameters"] : member => local.query_parameters["${upper(method)} ${path}"] if contains(local.cached_routes, "${upper(method)} ${path}") },
          ) if extension == "x-amazon-apigateway-integration"
        },
      )
    }
  }

  # Who has to have signed.
  caller = {
    for key, value in {
      "aws:PrincipalAccount" = var.principal_org_id == null ? data.aws_caller_identity.current.account_id : null
      "aws:PrincipalOrgID"   = var.principal_org_id
    } : key => value if var.authorization == "AWS_IAM" && value != null
  }

  resource_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyThroughTheVpcEndpoint"
        Effect    = "Deny"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = "execute-api:/*"
        Condition = { StringNotEquals = { "aws:SourceVpce" = var.vpc_endpoint_id } }
      },
      {
        Sid       = var.authorization == "AWS_IAM" ? "OwnPrincipalsThere" : "AnyCallerThere"
        Effect    = "Allow"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = "execute-api:/*"
        Condition = { StringEquals = merge({ "aws:SourceVpce" = var.vpc_endpoint_id }, local.caller) }
      },
    ]
  }

  body = jsonencode(merge(
    { for member, value in local.document : member => value if !contains(["x-anchors", "x-signed-gateway-responses"], member) },
    {
      paths                      = local.paths
      x-amazon-apigateway-policy = local.resource_policy
      # An import takes the place of everything, the association with the endpoint too, on which the API's name through it hangs.
      servers = [{ url = "/${var.stage_name}", x-amazon-apigateway-endpoint-configuration = { vpcEndpointIds = [var.vpc_endpoint_id] } }]
    },
    {
      for member in ["x-amazon-apigateway-gateway-responses"] : member => merge(local.document[member], try(local.document["x-signed-gateway-responses"], {}))
      if var.authorization == "AWS_IAM"
    },
    { for member in ["components"] : member => merge(local.document[member], { securitySchemes = local.signature }) if var.authorization == "AWS_IAM" },
  ))
  signature = { sigv4 = { type = "apiKey", name = "Authorization", in = "header", x-amazon-apigateway-authtype = "awsSigv4" } }
}

resource "aws_api_gateway_rest_api" "this" {
  name        = var.name
  description = try(local.structure.info.description, null)
  body        = local.body
  # What the document has no more is to go; `merge` would keep it.
  put_rest_api_mode = "overwrite"
  fail_on_warnings  = var.fail_on_warnings
  tags              = var.tags

  endpoint_configuration {
    types            = ["PRIVATE"]
    vpc_endpoint_ids = [var.vpc_endpoint_id]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  triggers    = { body = sha256(local.body) }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# API Gateway would make this group itself, for ever and under no key.
resource "aws_cloudwatch_log_group" "execution" {
  name              = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.this.id}/${var.stage_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_api_gateway_stage" "this" {
  #checkov:skip=CKV2_AWS_4:Errors are logged, by the settings of all methods; it asks for metrics by method too, which no alarm reads
  #checkov:skip=CKV2_AWS_51:The services behind are reached by function permission and by VPC link, where no client certificate is asked for
  rest_api_id           = aws_api_gateway_rest_api.this.id
  deployment_id         = aws_api_gateway_deployment.this.id
  stage_name            = var.stage_name
  xray_tracing_enabled  = var.tracing
  cache_cluster_enabled = var.cache != null
  cache_cluster_size    = one(var.cache[*].size_gb)

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    # Paths without their query strings: those hold user ids.
    format = jsonencode({
      request_id         = "$context.requestId"
      time               = "$context.requestTime"
      source_vpce        = "$context.identity.vpceId"
      source_ip          = "$context.identity.sourceIp"
      method             = "$context.httpMethod"
      resource           = "$context.resourcePath"
      status             = "$context.status"
      latency_ms         = "$context.responseLatency"
      integration_ms     = "$context.integrationLatency"
      integration_status = "$context.integrationStatus"
      response_bytes     = "$context.responseLength"
      error              = "$context.error.responseType"
      trace_id           = "$context.xrayTraceId"
    })
  }

  depends_on = [aws_cloudwatch_log_group.execution]
}

resource "aws_api_gateway_method_settings" "all" {
  #checkov:skip=CKV_AWS_225:Only routes whose parameters are all part of the cache key may be cached; see the settings of each
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    # By API and stage there are metrics anyway; those by method cost as much as custom ones, and no alarm reads them.
    metrics_enabled        = false
    logging_level          = "ERROR"
    data_trace_enabled     = false
    throttling_rate_limit  = var.throttle.rate
    throttling_burst_limit = var.throttle.burst
    caching_enabled        = false
  }
}

resource "aws_api_gateway_method_settings" "cached" {
  for_each = local.cached_routes

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  # `GET /query/user` → `query/user/GET`
  method_path = "${trimprefix(split(" ", each.key)[1], "/")}/GET"

  settings {
    metrics_enabled                            = false
    logging_level                              = "ERROR"
    data_trace_enabled                         = false
    throttling_rate_limit                      = var.throttle.rate
    throttling_burst_limit                     = var.throttle.burst
    caching_enabled                            = true
    cache_ttl_in_seconds                       = var.cache.ttl_s
    cache_data_encrypted                       = true
    require_authorization_for_cache_control    = true
    unauthorized_cache_control_header_strategy = "SUCCEED_WITHOUT_RESPONSE_HEADER"
  }

  depends_on = [aws_api_gateway_method_settings.all]
}

resource "aws_lambda_permission" "invoke" {
  for_each = local.invocations

  statement_id   = "${var.name}-${replace(trim(replace(each.key, "/[^a-zA-Z0-9]+/", "-"), "-"), " ", "-")}"
  action         = "lambda:InvokeFunction"
  function_name  = var.functions[each.value].name
  qualifier      = var.functions[each.value].alias_name
  principal      = "apigateway.amazonaws.com"
  source_account = data.aws_caller_identity.current.account_id
  source_arn     = "${aws_api_gateway_rest_api.this.execution_arn}/${var.stage_name}/${replace(each.key, " ", "")}"
}
