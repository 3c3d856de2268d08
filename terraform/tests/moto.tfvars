# What moto 5.2.1 cannot do, switched off; everything else is applied as production.tfvars has it.

# UpdateContributorInsights is not implemented.
contributor_insights = false

# CreateSamplingRule of X-Ray is not implemented.
trace_sampling = null

# Its validation knows no ANY method.
api_fail_on_warnings = false

# PutProvisionedConcurrencyConfig is not implemented.
provisioned_concurrency = {}
