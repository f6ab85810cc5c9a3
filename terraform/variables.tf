# What a company decides about its installation. Settings of the functions that are left out keep the defaults of the code,
# so that each default has one home: docs/configuration.md.

variable "access" {
  description = "Who may use it, as IAM members: `managers` call manage-calendars (the add-on's backend), `operators` are on call and use confsync."
  type = object({
    managers  = optional(set(string), [])
    operators = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for member in setunion(var.access.managers, var.access.operators) :
      can(regex("^(user|group|serviceAccount|domain|principal|principalSet):.+$", member))
    ])
    error_message = "Each member needs its kind in front, such as group:oncall@example.com; allUsers and allAuthenticatedUsers are not accepted."
  }
}

variable "alerting" {
  description = "Where alerts go and when. `runbook_url` is the address of docs/runbook.md as your people open it; each alert links to its section. `freshness`: this share of edits (`objective`) is to be applied within `within_s`; `slo` adds the SLO itself and needs the metrics to exist, so switch it on in a second apply."
  type = object({
    runbook_url            = string
    notification_channels  = optional(list(string), [])
    live_message_age_s     = optional(number, 300)
    upkeep_message_age_s   = optional(number, 3600)
    reconcile_share        = optional(number, 0.5)
    reconcile_share_counts = optional(number, 20)
    freshness = optional(object({
      within_s  = optional(number, 30)
      objective = optional(number, 0.99)
      slo       = optional(bool, false)
    }), {})
  })
  nullable = false

  validation {
    condition     = can(regex("^https://[^#]+$", var.alerting.runbook_url))
    error_message = "runbook_url is an https address without a fragment: the fragment is the alert's name."
  }
  validation {
    condition     = contains([1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600], var.alerting.freshness.within_s)
    error_message = "freshness.within_s has to be a bound of the histogram: 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800 or 3600."
  }
  validation {
    condition     = var.alerting.freshness.objective > 0.5 && var.alerting.freshness.objective < 1
    error_message = "freshness.objective is a share between 0.5 and 1, such as 0.99."
  }
}

variable "archive" {
  description = "Path of functions.zip, which `npm run build` writes into dist/."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.archive)
    error_message = "There is no such file; `npm run build` makes it."
  }
}

variable "calendar" {
  description = "How Google Calendar is used. `auth`: `delegation` (domain-wide, keyless), `oauth` (a refresh token per user in Secret Manager) or `service-account` (calendars shared with the accounts). The rest overrides defaults of the code."
  type = object({
    auth                     = optional(string, "delegation")
    channel_ttl_s            = optional(number)
    channel_renewal_margin_s = optional(number)
    full_sync_past_days      = optional(number)
    lease_s                  = optional(number)
    oauth_client_id          = optional(string)
    reconcile_interval_s     = optional(number)
    reconcile_unproven_s     = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["delegation", "oauth", "service-account"], var.calendar.auth)
    error_message = "auth is delegation, oauth or service-account."
  }
  validation {
    condition     = (var.calendar.auth == "oauth") == (var.calendar.oauth_client_id != null)
    error_message = "oauth needs oauth_client_id, and no other mode takes one."
  }
  validation {
    condition     = coalesce(var.calendar.channel_renewal_margin_s, 86400) < coalesce(var.calendar.channel_ttl_s, 172800)
    error_message = "channel_renewal_margin_s has to be shorter than channel_ttl_s (defaults 86400 and 172800): otherwise each channel is due the moment it is opened."
  }
}

variable "calendar_quota" {
  description = "The project's Calendar quota that the workers' instance limits must respect, and how long one sync with one Calendar call takes, all in all, when everything is well (`sync_s`)."
  type = object({
    requests_per_minute = optional(number, 10000)
    sync_s              = optional(number, 0.6)
  })
  default  = {}
  nullable = false
}

variable "conference" {
  description = "Your conference system and how to tell its conferences: `backend` is `webhook` or `module:PATH` (a module inside the archive); matchers by solution name, entry point host or add-on parameter; the rest overrides defaults of the code."
  type = object({
    backend           = optional(string, "webhook")
    webhook_url       = optional(string)
    solution_names    = optional(list(string), [])
    entry_point_hosts = optional(list(string), [])
    parameter_keys    = optional(list(string), [])
    fields            = optional(list(string))
    cancel_grace_s    = optional(number)
    delivery_retry_s  = optional(list(number))
  })
  nullable = false

  validation {
    condition     = var.conference.backend == "webhook" || startswith(var.conference.backend, "module:")
    error_message = "backend is webhook or module:PATH."
  }
  validation {
    condition     = (var.conference.backend == "webhook") == can(regex("^https://", var.conference.webhook_url))
    error_message = "The webhook backend needs an https webhook_url, and no other backend takes one."
  }
  validation {
    condition     = length(concat(var.conference.solution_names, var.conference.entry_point_hosts, var.conference.parameter_keys)) > 0
    error_message = "Give at least one of solution_names, entry_point_hosts and parameter_keys: nothing else tells your conferences from other vendors'."
  }
  validation {
    condition = alltrue([
      for entry in concat(var.conference.solution_names, var.conference.entry_point_hosts, var.conference.parameter_keys, coalesce(var.conference.fields, [])) :
      !strcontains(entry, ",") && trimspace(entry) != ""
    ])
    error_message = "An entry is neither empty nor holds a comma: the functions read comma-separated lists."
  }
}

variable "firestore" {
  description = "The database: its name (with `prefix` in front), its location (for ever; the region if left out), whether it is guarded against deletion, and point-in-time recovery."
  type = object({
    database               = optional(string, "conference-sync")
    location               = optional(string)
    deletion_protection    = optional(bool, true)
    point_in_time_recovery = optional(bool, false)
  })
  default  = {}
  nullable = false
}

variable "functions" {
  description = "Size of each deployment: vCPUs, memory, requests at once per instance, instances. `time_budget_s` is how long a worker may spend on one message."
  type = object({
    receive_notification = optional(object({
      cpu           = optional(number, 1)
      memory        = optional(string, "256Mi")
      concurrency   = optional(number, 80)
      min_instances = optional(number, 0)
      max_instances = optional(number, 20)
    }), {})
    sync_calendar_live = optional(object({
      cpu           = optional(number, 1)
      memory        = optional(string, "512Mi")
      concurrency   = optional(number, 12)
      min_instances = optional(number, 0)
      max_instances = optional(number, 5)
      time_budget_s = optional(number, 60)
    }), {})
    sync_calendar_upkeep = optional(object({
      cpu           = optional(number, 1)
      memory        = optional(string, "512Mi")
      concurrency   = optional(number, 12)
      min_instances = optional(number, 0)
      max_instances = optional(number, 3)
      time_budget_s = optional(number, 480)
    }), {})
    renew_channels = optional(object({
      cpu           = optional(number, 1)
      memory        = optional(string, "512Mi")
      concurrency   = optional(number, 2)
      min_instances = optional(number, 0)
      max_instances = optional(number, 1)
    }), {})
    manage_calendars = optional(object({
      cpu           = optional(number, 1)
      memory        = optional(string, "512Mi")
      concurrency   = optional(number, 20)
      min_instances = optional(number, 0)
      max_instances = optional(number, 5)
      ingress       = optional(string, "ALLOW_ALL")
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for f in values(var.functions) : f.concurrency == 1 || f.cpu >= 1])
    error_message = "Cloud Run gives more than one request at once only to an instance with at least one vCPU."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : f.min_instances <= f.max_instances && f.max_instances >= 1])
    error_message = "max_instances is at least 1 and not below min_instances."
  }
  validation {
    condition     = contains(["ALLOW_ALL", "ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB"], var.functions.manage_calendars.ingress)
    error_message = "manage_calendars.ingress is ALLOW_ALL, ALLOW_INTERNAL_ONLY or ALLOW_INTERNAL_AND_GCLB."
  }
}

variable "labels" {
  description = "Labels for every resource that takes them."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "prefix" {
  description = "Put in front of every name, so that several installations fit into one project, such as `staging-`."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([a-z][a-z0-9-]{0,7}-)?$", var.prefix))
    error_message = "prefix is empty, or at most nine lower-case letters, digits and hyphens, a letter first and a hyphen last."
  }
}

variable "project_id" {
  description = "The Google Cloud project. It has billing; everything else is made here."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project ID has 6 to 30 lower-case letters, digits and hyphens; the project number is something else."
  }
}

variable "redelivery" {
  description = "How Pub/Sub offers a message again, when it gives up, and how long messages are kept for replay (topic) and for a person to look at (dead letters)."
  type = object({
    ack_deadline_s           = optional(number, 600)
    attempts_max             = optional(number, 20)
    backoff_min_s            = optional(number, 10)
    backoff_max_s            = optional(number, 600)
    retention_days           = optional(number, 7)
    dead_letter_retention_d  = optional(number, 31)
    scheduler_attempts_extra = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.redelivery.ack_deadline_s >= 10 && var.redelivery.ack_deadline_s <= 600
    error_message = "ack_deadline_s is between 10 and 600, the bounds of Pub/Sub."
  }
  validation {
    condition     = var.redelivery.attempts_max > 10 && var.redelivery.attempts_max <= 100
    error_message = "attempts_max is between 11 and 100: the worker itself puts a message away at its tenth failure and says why; Pub/Sub's own limit is the net below."
  }
  validation {
    condition     = alltrue([for days in [var.redelivery.retention_days, var.redelivery.dead_letter_retention_d] : days >= 1 && days <= 31])
    error_message = "Pub/Sub keeps messages for 31 days at most; less than one day leaves nothing to replay."
  }
}

variable "region" {
  description = "Region of the functions, the scheduler and the archive, such as `europe-west1`."
  type        = string
  nullable    = false
}

variable "secret_values" {
  description = "The secrets' values where this module writes them (see `secrets`): the key ring of channel tokens, the webhook's ring of `whsec_` keys (each newest first and comma separated) and the secret of the OAuth client. Goes into Secret Manager and neither into the plan nor the state. Give it as TF_VAR_secret_values."
  type = object({
    channel_token_keys        = optional(string)
    conference_webhook_secret = optional(string)
    oauth_client_secret       = optional(string)
  })
  default   = {}
  ephemeral = true
  sensitive = true
  nullable  = false

  validation {
    condition = alltrue([
      var.secrets.channel_token_keys.version != null || var.secret_values.channel_token_keys != null,
      var.secrets.conference_webhook_secret.version != null || var.secret_values.conference_webhook_secret != null || var.conference.backend != "webhook",
      var.secrets.oauth_client_secret.version != null || var.secret_values.oauth_client_secret != null || var.calendar.auth != "oauth",
    ])
    error_message = "A secret without a version in `secrets` needs its value here, at this apply and at each until a version is named."
  }
}

variable "secrets" {
  description = "Which version of each secret the functions read. With a `version` the module only refers to it (a person or a pipeline added it); without one it writes `secret_values`, again whenever `revision` is raised."
  type = object({
    channel_token_keys = optional(object({
      version  = optional(string)
      revision = optional(number, 1)
    }), {})
    conference_webhook_secret = optional(object({
      version  = optional(string)
      revision = optional(number, 1)
    }), {})
    oauth_client_secret = optional(object({
      version  = optional(string)
      revision = optional(number, 1)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for s in values(var.secrets) : s.version == null || can(regex("^[1-9][0-9]*$", s.version))])
    error_message = "version is a number, not latest: a rotation is a deployment that can be seen and taken back."
  }
}
