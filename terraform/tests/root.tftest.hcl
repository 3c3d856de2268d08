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
    condition     = length(module.query_service) == 0 && output.query_service == null && output.tables["command-records"] == "command-records" && local.trace_sampling == null && !local.tracing && !local.insights
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
