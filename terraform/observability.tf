module "observability" {
  source = "./modules/observability"

  name = local.name
  functions = {
    for name, function in local.functions : name => {
      name        = module.functions[name].name
      timeout_s   = function.timeout_s
      quarantines = contains(keys(function.tables), "QUARANTINE_TABLE")
    }
  }
  streams = {
    for name, _ in local.consumers : name => {
      function_name = module.functions[name].name
      queue_name    = module.consumers[name].on_failure_queue_name
    }
  }
  tables = { for name, table in local.tables : name => { name = module.tables.names[name], indexes = table.indexes[*].name } }
  apis   = { for name, api in module.apis : name => { name = api.name, stage = api.stage_name } }
  service = one([
    for service in module.query_service : {
      cluster       = service.cluster_name
      name          = service.service_name
      load_balancer = service.load_balancer_suffix
      target_group  = service.target_group_suffix
      minimum_tasks = var.query_service_tasks.minimum
    }
  ])
  thresholds     = var.alarm_thresholds
  alarm_emails   = var.alarm_emails
  trace_sampling = local.trace_sampling
  kms_key_arn    = local.kms_key_arn
}
