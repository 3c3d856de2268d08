mock_provider "aws" {
  source = "./tests/mocks"
}

override_data {
  target = module.network.data.aws_subnet.private[0]
  values = { id = "subnet-0a", vpc_id = "vpc-0a", map_public_ip_on_launch = false, availability_zone = "ap-southeast-1a" }
}
override_data {
  target = module.network.data.aws_subnet.private[1]
  values = { id = "subnet-0b", vpc_id = "vpc-0a", map_public_ip_on_launch = false, availability_zone = "ap-southeast-1b" }
}

variables {
  environment        = "test"
  vpc_id             = "vpc-0a"
  private_subnet_ids = ["subnet-0a", "subnet-0b"]
}

run "localstack_has_no_service" {
  command = plan
  variables {
    platform             = "localstack"
    query_service_url    = "http://127.0.0.1:8000"
    name_prefix          = ""
    customer_managed_key = false
    api_cache            = { ttl_s = 5 }
    contributor_insights = true
  }
  assert {
    condition     = length(module.query_service) == 0 && length(data.aws_iam_roles.api_logs) == 0 && output.query_service == null && output.tables["command-records"] == "command-records" && local.trace_sampling == null && !local.tracing && !local.insights
    error_message = "What LocalStack does not serve is off, and names are plain."
  }
}

run "refuses_no_subnet" {
  command = plan
  variables { private_subnet_ids = [] }
  expect_failures = [var.private_subnet_ids]
}

run "refuses_one_subnet" {
  command = plan
  variables { private_subnet_ids = ["subnet-0a"] }
  expect_failures = [var.private_subnet_ids]
}

run "refuses_a_bad_runtime" {
  command = plan
  variables { lambda_runtime = "nodejs18.x" }
  expect_failures = [var.lambda_runtime]
}

run "refuses_two_endpoints_for_the_apis" {
  command = plan
  variables { api_vpc_endpoint_id = "vpce-0a" }
  expect_failures = [var.api_vpc_endpoint_id]
}

run "refuses_localstack_without_the_service" {
  command = plan
  variables { platform = "localstack" }
  expect_failures = [var.query_service_url]
}

run "refuses_a_key_that_is_not_used" {
  command = plan
  variables {
    customer_managed_key = false
    kms_key_arn          = "arn:aws:kms:ap-southeast-1:123456789012:key/k"
  }
  expect_failures = [var.kms_key_arn]
}

run "refuses_more_concurrency_than_there_is" {
  command = plan
  variables { reserved_concurrency = { "query-lambda" = 400 } }
  override_data {
    target = data.aws_servicequotas_service_quota.concurrency
    values = { value = 10 }
  }
  expect_failures = [data.aws_servicequotas_service_quota.concurrency]
}

run "refuses_an_account_that_cannot_log" {
  command = plan
  override_data {
    target = data.aws_iam_roles.api_logs
    values = { names = [] }
  }
  expect_failures = [data.aws_iam_roles.api_logs]
}

run "refuses_credentials_that_may_not" {
  command = plan
  variables { check_permissions = true }
  override_data {
    target = data.aws_iam_principal_policy_simulation.deployer
    values = { all_allowed = false, results = [{ action_name = "iam:CreateRole", allowed = false }] }
  }
  expect_failures = [data.aws_iam_principal_policy_simulation.deployer]
}

run "looks_for_the_image" {
  command = plan
  variables { query_service_image = "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/notify-test/query-service:abc" }
  assert {
    condition     = data.aws_ecr_image.query_service["image"].repository_name == "notify-test/query-service" && data.aws_ecr_image.query_service["image"].image_tag == "abc"
    error_message = "An image of this account's registry has to be there."
  }
}

run "looks_for_no_image_of_others" {
  command = plan
  variables { query_service_image = "public.ecr.aws/nginx/nginx:1" }
  assert {
    condition     = length(data.aws_ecr_image.query_service) == 0
    error_message = "Only this account's registry can be asked."
  }
}
