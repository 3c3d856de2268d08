mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "notify-test-query"
  description = "Answers."
  zip_path    = "./tests/fixtures/function.zip"
  memory_mb   = 256
  timeout_s   = 10
}

run "least_privilege" {
  module { source = "./modules/lambda-function" }
  variables {
    permissions = [{ actions = ["dynamodb:Query"], resources = ["arn:aws:dynamodb:ap-southeast-1:123456789012:table/rows"] }]
    network     = { subnet_ids = ["subnet-0a", "subnet-0b"], security_group_ids = ["sg-0a"] }
    environment = { A = "1" }
    kms_key_arn = "arn:aws:kms:ap-southeast-1:123456789012:key/k"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.code[0].policy).Statement == [{ Action = ["dynamodb:Query"], Effect = "Allow", Resource = ["arn:aws:dynamodb:ap-southeast-1:123456789012:table/rows"] }]
    error_message = "The code may do what it is given and nothing else."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.network_guard[0].policy).Statement[0].Effect == "Deny"
    error_message = "Code must not use the permissions by which Lambda attaches it to the VPC."
  }
  assert {
    condition     = toset(flatten([for s in jsondecode(aws_iam_role_policy.runtime.policy).Statement : s.Sid if contains(s.Resource, "*")])) == toset(["SendTraces", "AttachToVpc"])
    error_message = "Only X-Ray and EC2, which know no narrower resource, get a *."
  }
  assert {
    condition     = aws_lambda_function.this.runtime == "nodejs22.x" && aws_lambda_function.this.architectures[0] == "arm64" && aws_lambda_function.this.publish && aws_lambda_function.this.tracing_config[0].mode == "Active" && aws_lambda_function.this.kms_key_arn == var.kms_key_arn
    error_message = "Node.js 22 on arm64, published, traced, encrypted."
  }
  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/notify-test-query" && aws_cloudwatch_log_group.this.retention_in_days == 365 && aws_cloudwatch_log_group.this.kms_key_id == var.kms_key_arn
    error_message = "Logs are kept for a bounded time, encrypted."
  }
  assert {
    condition     = length(aws_lambda_provisioned_concurrency_config.live) == 0 && aws_lambda_function.this.reserved_concurrent_executions == -1
    error_message = "No concurrency is reserved or paid for unless asked."
  }
}

run "reserves_and_warms" {
  command = plan
  module { source = "./modules/lambda-function" }
  variables {
    reserved_concurrency    = 20
    provisioned_concurrency = 2
    tracing                 = false
  }
  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 20 && aws_lambda_provisioned_concurrency_config.live[0].provisioned_concurrent_executions == 2 && aws_lambda_function.this.tracing_config[0].mode == "PassThrough"
    error_message = "Concurrency and tracing are as asked."
  }
  assert {
    condition     = length(aws_iam_role_policy.code) == 0 && length(aws_lambda_function.this.vpc_config) == 0
    error_message = "Without permissions and network there is neither."
  }
}

run "refuses_a_bad_runtime" {
  command = plan
  module { source = "./modules/lambda-function" }
  variables { runtime = "nodejs18.x" }
  expect_failures = [var.runtime]
}

run "refuses_wildcards" {
  command = plan
  module { source = "./modules/lambda-function" }
  variables { permissions = [{ actions = ["dynamodb:*"], resources = ["*"] }] }
  expect_failures = [var.permissions]
}

run "refuses_a_missing_zip" {
  command = plan
  module { source = "./modules/lambda-function" }
  variables { zip_path = "./tests/fixtures/absent.zip" }
  expect_failures = [var.zip_path]
}

run "refuses_what_lambda_refuses" {
  command = plan
  module { source = "./modules/lambda-function" }
  variables {
    memory_mb    = 64
    timeout_s    = 901
    architecture = "riscv"
  }
  expect_failures = [var.memory_mb, var.timeout_s, var.architecture]
}
