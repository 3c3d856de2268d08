mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name               = "notify-test"
  vpc_id             = "vpc-0a"
  private_subnet_ids = ["subnet-0a", "subnet-0b"]
  security_group_ids = { vpc_link = "sg-link", alb = "sg-alb", service = "sg-service" }
  query_function_arn = "arn:aws:lambda:ap-southeast-1:123456789012:function:notify-test-query-result-lambda:live"
  internal_api = {
    url           = "https://abc.execute-api.ap-southeast-1.amazonaws.com/v1"
    authorization = "NONE"
    execution_arn = "arn:aws:execute-api:ap-southeast-1:123456789012:abc"
    stage         = "v1"
  }
}

run "runs_privately" {
  module { source = "./modules/query-service" }

  assert {
    condition     = aws_lb.alb.internal && !one(aws_ecs_service.this.network_configuration).assign_public_ip
    error_message = "Nothing has a public address."
  }
  assert {
    condition     = toset(aws_lb.alb.subnets) == toset(var.private_subnet_ids) && toset(aws_apigatewayv2_vpc_link.this.subnet_ids) == toset(var.private_subnet_ids) && toset(one(aws_ecs_service.this.network_configuration).subnets) == toset(var.private_subnet_ids)
    error_message = "Everything lies in the private subnets."
  }
  assert {
    condition     = aws_apigatewayv2_vpc_link.this.security_group_ids == toset(["sg-link"]) && output.load_balancer_arn == aws_lb.alb.arn
    error_message = "VPC link → load balancer, in a group of the link's own."
  }
  assert {
    condition     = aws_lb_listener.alb.port == 80 && aws_lb_target_group.service.port == 8000 && aws_lb_target_group.service.health_check[0].path == "/health"
    error_message = "Ports 80, 8000; health at /health."
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.access_logs.policy).Statement[0].Principal == { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
    error_message = "Load balancers write as the service that they are, in every region."
  }
  assert {
    condition     = aws_lb.alb.enable_deletion_protection && !aws_s3_bucket.access_logs.force_destroy && !aws_ecr_repository.this.force_delete
    error_message = "What serves and what is kept is protected."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.task.policy).Statement == [{ Action = ["lambda:InvokeFunction"], Effect = "Allow", Resource = [var.query_function_arn] }]
    error_message = "The service may invoke one function and do nothing else."
  }
}

run "tasks_are_as_designed" {
  module { source = "./modules/query-service" }

  assert {
    condition     = aws_ecs_task_definition.this.cpu == "256" && aws_ecs_task_definition.this.memory == "512" && aws_ecs_task_definition.this.network_mode == "awsvpc" && aws_ecs_task_definition.this.skip_destroy
    error_message = "Fargate 256/512, awsvpc, and earlier revisions stay."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem && { for e in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment : e.name => e.value } == { AWS_REGION = "ap-southeast-1", HOST = "0.0.0.0", INTERNAL_API_AUTHORIZATION = "NONE", INTERNAL_API_URL = var.internal_api.url, LOG_LEVEL = "info", PORT = "8000", QUERY_RESULT_FUNCTION = var.query_function_arn, REQUEST_TIMEOUT = "5" }
    error_message = "The container has the environment that the service reads, and writes no files."
  }
  assert {
    condition     = aws_ecs_service.this.desired_count == 2 && aws_ecs_service.this.deployment_circuit_breaker[0].enable && aws_ecs_service.this.deployment_circuit_breaker[0].rollback && aws_ecs_service.this.deployment_minimum_healthy_percent == 100
    error_message = "Two tasks, rolled over without a gap, taken back when they fail."
  }
  assert {
    condition     = aws_appautoscaling_target.tasks.min_capacity == 2 && aws_appautoscaling_target.tasks.max_capacity == 10 && one(one(aws_appautoscaling_policy.cpu.target_tracking_scaling_policy_configuration).predefined_metric_specification).predefined_metric_type == "ECSServiceAverageCPUUtilization"
    error_message = "The number of tasks follows the processor."
  }
  assert {
    condition     = aws_ecs_service.this.task_definition == aws_ecs_task_definition.this.arn
    error_message = "The newest revision runs."
  }
}

run "goes_back_to_a_revision" {
  module { source = "./modules/query-service" }
  variables { task_definition_revision = 5 }
  assert {
    condition     = aws_ecs_service.this.task_definition == "arn:aws:ecs:ap-southeast-1:123456789012:task-definition/mock:5"
    error_message = "An earlier revision runs when it is asked for."
  }
}

run "speaks_tls_when_it_has_a_certificate" {
  module { source = "./modules/query-service" }
  variables {
    tls           = { certificate_arn = "arn:aws:acm:ap-southeast-1:123456789012:certificate/c", host_name = "query.internal.example.com" }
    listener_port = 443
  }
  assert {
    condition     = aws_lb_listener.alb.protocol == "HTTPS" && aws_lb_listener.alb.certificate_arn == var.tls.certificate_arn && startswith(aws_lb_listener.alb.ssl_policy, "ELBSecurityPolicy-TLS13")
    error_message = "The listener speaks TLS 1.2 and newer with the certificate."
  }
  assert {
    condition     = output.url == "https://query.internal.example.com" && aws_route53_record.tls[0].name == "query.internal.example.com"
    error_message = "Callers use the certificate's host name, which leads to the load balancer."
  }
}

run "may_call_the_api_that_asks_who_does" {
  command = plan
  module { source = "./modules/query-service" }
  variables { internal_api = merge(var.internal_api, { authorization = "AWS_IAM" }) }
  assert {
    condition     = jsondecode(aws_iam_role_policy.task.policy).Statement[1] == { Effect = "Allow", Action = ["execute-api:Invoke"], Resource = ["arn:aws:execute-api:ap-southeast-1:123456789012:abc/v1/GET/tx", "arn:aws:execute-api:ap-southeast-1:123456789012:abc/v1/GET/fail"] }
    error_message = "The service may call the two routes that it asks."
  }
}

run "shows_users_when_it_is_told_where_they_are" {
  command = plan
  module { source = "./modules/query-service" }
  variables {
    users_api = {
      url           = "https://users.execute-api.ap-southeast-1.amazonaws.com/v1"
      authorization = "AWS_IAM"
      execution_arn = "arn:aws:execute-api:ap-southeast-1:123456789012:users"
      stage         = "v1"
    }
  }
  assert {
    condition     = contains(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment, { name = "USERS_API_URL", value = var.users_api.url })
    error_message = "The service is told where the users are."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.task.policy).Statement[1] == { Effect = "Allow", Action = ["execute-api:Invoke"], Resource = ["arn:aws:execute-api:ap-southeast-1:123456789012:users/v1/GET/list", "arn:aws:execute-api:ap-southeast-1:123456789012:users/v1/GET/detail"] }
    error_message = "The service may read users and send no commands."
  }
}

run "refuses_one_subnet" {
  command = plan
  module { source = "./modules/query-service" }
  variables { private_subnet_ids = ["subnet-0a"] }
  expect_failures = [var.private_subnet_ids]
}

run "refuses_what_fargate_refuses" {
  command = plan
  module { source = "./modules/query-service" }
  variables { memory_mb = 8192 }
  expect_failures = [var.memory_mb]
}

run "refuses_an_empty_range_of_tasks" {
  command = plan
  module { source = "./modules/query-service" }
  variables { tasks = { minimum = 4, maximum = 2 } }
  expect_failures = [var.tasks]
}
