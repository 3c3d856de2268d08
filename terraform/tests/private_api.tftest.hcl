mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name            = "notify-test-notifications"
  openapi_file    = "./api/notifications.openapi.yaml"
  vpc_endpoint_id = "vpce-0a"
  functions = {
    query-lambda = {
      name       = "notify-test-query-lambda"
      alias_name = "live"
      invoke_arn = "arn:aws:apigateway:ap-southeast-1:lambda:path/2015-03-31/functions/query/invocations"
    }
    query-result-lambda = {
      name       = "notify-test-query-result-lambda"
      alias_name = "live"
      invoke_arn = "arn:aws:apigateway:ap-southeast-1:lambda:path/2015-03-31/functions/result/invocations"
    }
    pipeline-query-lambda = {
      name       = "notify-test-pipeline-query-lambda"
      alias_name = "live"
      invoke_arn = "arn:aws:apigateway:ap-southeast-1:lambda:path/2015-03-31/functions/pipeline/invocations"
    }
  }
  query_service = { url = "http://alb.internal", vpc_link = { id = "vpclink1", load_balancer_arn = "arn:aws:elasticloadbalancing:ap-southeast-1:123456789012:loadbalancer/app/a/1" } }
}

run "answers_inside_the_vpc_only" {
  module { source = "./modules/private-api" }

  assert {
    condition     = one(aws_api_gateway_rest_api.this.endpoint_configuration).types[0] == "PRIVATE" && contains(one(aws_api_gateway_rest_api.this.endpoint_configuration).vpc_endpoint_ids, "vpce-0a")
    error_message = "The API is private, behind its VPC endpoint."
  }
  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).x-amazon-apigateway-policy.Statement[0] == { Action = "execute-api:Invoke", Condition = { StringNotEquals = { "aws:SourceVpce" = "vpce-0a" } }, Effect = "Deny", Principal = "*", Resource = "execute-api:/*", Sid = "OnlyThroughTheVpcEndpoint" }
    error_message = "Whoever does not come through the endpoint is refused, whatever else allows it."
  }
  assert {
    condition     = alltrue([for s in jsondecode(aws_api_gateway_rest_api.this.body).x-amazon-apigateway-policy.Statement : s.Effect == "Deny" || s.Condition == { StringEquals = { "aws:SourceVpce" = "vpce-0a" } }])
    error_message = "Nothing is allowed without the endpoint as a condition."
  }
  assert {
    condition     = !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body)), "x-anchors")
    error_message = "What only serves the document's own anchors is not imported."
  }
  assert {
    condition = alltrue([
      for path in ["/query/user", "/query/marketing", "/query/failures", "/query/transaction", "/query/tx", "/query/fail", "/query/sns"] :
      jsondecode(aws_api_gateway_rest_api.this.body).paths[path].post.x-amazon-apigateway-integration.connectionId == "vpclink1" &&
      jsondecode(aws_api_gateway_rest_api.this.body).paths[path].post.x-amazon-apigateway-integration.uri == "http://alb.internal${path}"
    ])
    error_message = "Bodies go through the VPC link to the service."
  }
  assert {
    condition = alltrue(flatten([
      for path, item in jsondecode(aws_api_gateway_rest_api.this.body).paths : [
        for method, operation in item :
        operation.x-amazon-apigateway-integration.integrationTarget == var.query_service.vpc_link.load_balancer_arn &&
        operation.x-amazon-apigateway-integration.passthroughBehavior == "never" &&
        operation.x-amazon-apigateway-integration.requestTemplates == { "application/json" = "#set($context.requestOverride.path = \"${path}\")\n$input.body" }
        if try(operation.x-amazon-apigateway-integration.connectionType, "") == "VPC_LINK" && !strcontains(path, "{")
      ]
    ]))
    error_message = "The link leads to the load balancer, and the service gets the path without the stage."
  }
  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).servers[0].x-amazon-apigateway-endpoint-configuration == { vpcEndpointIds = ["vpce-0a"] } && strcontains(output.url, "-vpce-0a.execute-api.ap-southeast-1.")
    error_message = "The API has a name through its endpoint, which an import leaves."
  }
  assert {
    condition     = alltrue(flatten([for path, item in jsondecode(aws_api_gateway_rest_api.this.body).paths : [for method, operation in item : !contains(keys(operation), "security")]]))
    error_message = "Whoever reaches the endpoint may call unless asked otherwise."
  }
  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/tx"].get.x-amazon-apigateway-integration.uri == var.functions["query-result-lambda"].invoke_arn
    error_message = "V4 reads go to query-result-lambda."
  }
}

run "each_route_may_invoke_its_function" {
  module { source = "./modules/private-api" }
  assert {
    condition = { for route, p in aws_lambda_permission.invoke : route => p.function_name if !strcontains(route, "users") } == {
      "GET /query/user"      = "notify-test-query-lambda"
      "GET /query/marketing" = "notify-test-query-lambda"
      "GET /query/failures"  = "notify-test-query-lambda"
      "GET /user"            = "notify-test-query-lambda"
      "GET /marketing"       = "notify-test-query-lambda"
      "GET /tx"              = "notify-test-query-result-lambda"
      "GET /fail"            = "notify-test-query-result-lambda"
      "GET /sns"             = "notify-test-query-result-lambda"
      "GET /query/tx"        = "notify-test-query-result-lambda"
      "GET /query/fail"      = "notify-test-query-result-lambda"
      "GET /query/campaign"  = "notify-test-query-result-lambda"
      "GET /campaigns"       = "notify-test-query-result-lambda"
      "GET /explain"         = "notify-test-pipeline-query-lambda"
      "GET /status"          = "notify-test-pipeline-query-lambda"
      "GET /quarantine"      = "notify-test-pipeline-query-lambda"
    }
    error_message = "A permission stands for each route that invokes a function, and for no other."
  }
  assert {
    condition     = aws_lambda_permission.invoke["GET /tx"].source_arn == "arn:aws:execute-api:ap-southeast-1:123456789012:mockapi/v1/GET/tx" && aws_lambda_permission.invoke["GET /tx"].qualifier == "live" && aws_lambda_permission.invoke["GET /tx"].source_account == "123456789012"
    error_message = "The permission is for this stage, method and path, of this account."
  }
}

run "logs_and_throttles" {
  command = plan
  module { source = "./modules/private-api" }
  variables { throttle = { rate = 50, burst = 80 } }
  assert {
    condition     = length(aws_api_gateway_stage.this.access_log_settings) == 1 && aws_api_gateway_stage.this.xray_tracing_enabled && !aws_api_gateway_stage.this.cache_cluster_enabled
    error_message = "Each request is logged and traced; there is no cache unless asked."
  }
  assert {
    condition     = one(aws_api_gateway_method_settings.all.settings).throttling_rate_limit == 50 && one(aws_api_gateway_method_settings.all.settings).throttling_burst_limit == 80 && !one(aws_api_gateway_method_settings.all.settings).data_trace_enabled
    error_message = "Requests are bounded, and bodies are never logged."
  }
}

run "a_cache_tells_callers_apart" {
  module { source = "./modules/private-api" }
  variables { cache = { ttl_s = 5 } }
  assert {
    condition     = toset(keys(aws_api_gateway_method_settings.cached)) == toset(["GET /query/user", "GET /query/marketing", "GET /query/failures", "GET /user", "GET /marketing", "GET /tx", "GET /fail", "GET /sns", "GET /query/tx", "GET /query/fail", "GET /query/campaign", "GET /campaigns"])
    error_message = "Reads are cached; health is not, nor what is asked about the pipeline."
  }
  assert {
    condition = alltrue(flatten([
      for path, item in jsondecode(aws_api_gateway_rest_api.this.body).paths : [
        for method, operation in item : toset(try(operation.x-amazon-apigateway-integration.cacheKeyParameters, [])) == toset([for p in operation.parameters : "method.request.querystring.${p.name}"])
        if method == "get" && contains(keys(operation), "parameters") && !contains(try(operation.tags, []), "pipeline")
      ]
    ]))
    error_message = "Every parameter of a cached route is part of its key, or one user would see another's notifications."
  }
  assert {
    condition     = alltrue([for s in aws_api_gateway_method_settings.cached : one(s.settings).cache_data_encrypted && one(s.settings).cache_ttl_in_seconds == 5])
    error_message = "The cache is encrypted and short."
  }
}

run "asks_for_signatures" {
  module { source = "./modules/private-api" }
  variables { authorization = "AWS_IAM" }
  assert {
    condition = alltrue(flatten([
      for path, item in jsondecode(aws_api_gateway_rest_api.this.body).paths : [
        for method, operation in item : operation.security == [{ sigv4 = [] }] if method != "x-amazon-apigateway-any-method"
      ]
    ])) && jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.sigv4.x-amazon-apigateway-authtype == "awsSigv4" && contains(keys(jsondecode(aws_api_gateway_rest_api.this.body).components), "schemas")
    error_message = "Every operation is signed for."
  }
  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).x-amazon-apigateway-policy.Statement[1].Condition == { StringEquals = { "aws:SourceVpce" = "vpce-0a", "aws:PrincipalAccount" = "123456789012" } }
    error_message = "By principals of this account."
  }
  assert {
    condition = (
      jsondecode(aws_api_gateway_rest_api.this.body).x-amazon-apigateway-gateway-responses.MISSING_AUTHENTICATION_TOKEN.statusCode == 403 &&
      !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body)), "x-signed-gateway-responses")
    )
    error_message = "Who has not signed is told so."
  }
}

run "asks_for_signatures_of_an_organization" {
  command = plan
  module { source = "./modules/private-api" }
  variables {
    authorization    = "AWS_IAM"
    principal_org_id = "o-a1b2c3d4e5"
  }
  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).x-amazon-apigateway-policy.Statement[1].Condition == { StringEquals = { "aws:SourceVpce" = "vpce-0a", "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
    error_message = "By principals of the organization."
  }
}

run "never_caches_who_waits_for_a_write" {
  command = plan
  module { source = "./modules/private-api" }
  variables {
    openapi_file = "./api/users.openapi.yaml"
    cache        = { ttl_s = 5 }
    functions = {
      for name in ["user-command-lambda", "user-list-lambda", "user-detail-lambda"] : name => { name = name, alias_name = "live", invoke_arn = "arn:${name}" }
    }
  }
  assert {
    condition     = !contains(keys(aws_api_gateway_method_settings.cached), "GET /detail")
    error_message = "A cache would repeat that the write has not come."
  }
}

run "refuses_an_organization_without_signatures" {
  command = plan
  module { source = "./modules/private-api" }
  variables { principal_org_id = "o-a1b2c3d4e5" }
  expect_failures = [var.principal_org_id]
}

run "without_a_vpc_link" {
  module { source = "./modules/private-api" }
  variables {
    query_service = { url = "http://127.0.0.1:8000" }
    uses_vpc_link = false
  }
  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/health"].get.x-amazon-apigateway-integration.connectionType == "INTERNET" && !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body).paths["/health"].get.x-amazon-apigateway-integration), "connectionId")
    error_message = "By plain HTTP there is no connection to name."
  }
}

run "refuses_a_long_cache" {
  command = plan
  module { source = "./modules/private-api" }
  variables { cache = { ttl_s = 3600 } }
  expect_failures = [var.cache]
}

run "refuses_what_is_no_document" {
  command = plan
  module { source = "./modules/private-api" }
  variables {
    openapi_file = "./tables.json"
  }
  expect_failures = [var.openapi_file]
}

run "refuses_a_closed_throttle" {
  command = plan
  module { source = "./modules/private-api" }
  variables { throttle = { rate = 0, burst = 1 } }
  expect_failures = [var.throttle]
}
