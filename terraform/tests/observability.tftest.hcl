mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name      = "notify-test"
  functions = { projector = { name = "notify-test-projector", timeout_s = 60, quarantines = true } }
  streams   = { projector = { function_name = "notify-test-projector", queue_name = "notify-test-projector-on-failure" } }
  tables    = { rows = { name = "notify-test-rows", indexes = ["user-index"] } }
  apis      = { notifications = { name = "notify-test-notifications", stage = "v1" } }
  service   = { cluster = "notify-test", name = "query-service", load_balancer = "app/a/1", target_group = "targetgroup/t/1", minimum_tasks = 2 }
}

run "watches_everything" {
  module { source = "./modules/observability" }

  assert {
    condition = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.threshold } == {
      projector-errors          = 0, projector-throttles = 0, projector-duration = 48000, projector-quarantined = 0
      projector-lag             = 60000, projector-given-up = 0
      rows-throttled            = 0
      rows-user-index-throttled = 0
      notifications-api-errors  = 0.01, notifications-api-latency = 1000
      query-service-errors      = 5, query-service-latency = 0.5, query-service-unhealthy = 0, query-service-tasks = 2, query-service-cpu = 85, query-service-memory = 85
    }
    error_message = "Each thing that can go wrong has its alarm and its threshold."
  }
  assert {
    condition     = alltrue([for a in aws_cloudwatch_metric_alarm.this : a.alarm_actions == toset([aws_sns_topic.alarms.arn]) && a.ok_actions == toset([aws_sns_topic.alarms.arn]) && can(regex("docs/runbook\\.md#[a-z-]+$", a.alarm_description))])
    error_message = "Each alarm tells the topic, and says where the runbook has it."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["query-service-tasks"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.this["query-service-tasks"].comparison_operator == "LessThanThreshold"
    error_message = "No news of the tasks is bad news."
  }
  assert {
    condition     = strcontains(aws_cloudwatch_composite_alarm.noticed.alarm_rule, "ALARM(\"notify-test-projector-lag\")") && !strcontains(aws_cloudwatch_composite_alarm.noticed.alarm_rule, "service-cpu")
    error_message = "The composite alarm is about what callers notice."
  }
  assert {
    condition     = one([for q in aws_cloudwatch_metric_alarm.this["projector-quarantined"].metric_query : one(q.metric)]).dimensions == tomap({ service = "notify-test-projector" })
    error_message = "The projection's own metrics are found under its service name."
  }
}

run "thresholds_are_variables" {
  module { source = "./modules/observability" }
  variables {
    thresholds = { stream_lag_ms = 5000 }
    service    = null
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["projector-lag"].threshold == 5000 && !contains(keys(aws_cloudwatch_metric_alarm.this), "query-service-cpu")
    error_message = "Thresholds are as given, and what is not there is not watched."
  }
}

run "refuses_an_alarm_that_comes_too_late" {
  command = plan
  module { source = "./modules/observability" }
  variables { thresholds = { stream_lag_ms = 90000000 } }
  expect_failures = [var.thresholds]
}

run "refuses_what_is_no_address" {
  command = plan
  module { source = "./modules/observability" }
  variables { alarm_emails = ["ops"] }
  expect_failures = [var.alarm_emails]
}
