# How the functions are sized, and what they are told: settings that are null keep the default of the code (docs/configuration.md).

variable "calendar" {
  description = "How Google Calendar is used. `auth`: `delegation` (domain-wide, keyless), `oauth` (each user's own consent), `delegation,oauth` (delegation for users of `delegation_domains`, consent for all others) or `service-account` (calendars shared with the accounts). The rest overrides defaults of the code."
  type = object({
    auth                     = optional(string, "delegation")
    channel_ttl_s            = optional(number)
    channel_renewal_margin_s = optional(number)
    delegation_domains       = optional(list(string), [])
    full_sync_past_days      = optional(number)
    lease_s                  = optional(number)
    oauth_client_id          = optional(string)
    reconcile_interval_s     = optional(number)
    reconcile_quiet_s        = optional(number)
    reconcile_unproven_s     = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["delegation", "oauth", "delegation,oauth", "service-account"], var.calendar.auth)
    error_message = "auth is delegation, oauth, `delegation,oauth` or service-account."
  }
  validation {
    condition     = contains(["oauth", "delegation,oauth"], var.calendar.auth) == (var.calendar.oauth_client_id != null)
    error_message = "oauth needs oauth_client_id, and no mode without it takes one."
  }
  validation {
    condition     = (var.calendar.auth == "delegation,oauth") == (length(var.calendar.delegation_domains) > 0)
    error_message = "`delegation,oauth` needs delegation_domains, the domains of your own users, and no other mode takes any."
  }
  validation {
    condition     = alltrue([for domain in var.calendar.delegation_domains : can(regex("^([A-Za-z0-9-]+\\.)+[A-Za-z0-9-]+$", domain))])
    error_message = "An entry of delegation_domains is a domain, such as example.com."
  }
  validation {
    condition     = var.calendar.oauth_client_id == null ? true : can(regex("^[^\\s]+$", var.calendar.oauth_client_id))
    error_message = "oauth_client_id is the ID of an OAuth client, such as 1234.apps.googleusercontent.com."
  }
  validation {
    condition = alltrue([
      for setting in [
        { value = var.calendar.channel_ttl_s, min = 60, max = 2592000 },
        { value = var.calendar.channel_renewal_margin_s, min = 1, max = 2505600 },
        { value = var.calendar.full_sync_past_days, min = 0, max = 3650 },
        { value = var.calendar.lease_s, min = 1, max = 540 },
        { value = var.calendar.reconcile_interval_s, min = 1, max = 2592000 },
        { value = var.calendar.reconcile_quiet_s, min = 1, max = 2592000 },
        { value = var.calendar.reconcile_unproven_s, min = 1, max = 2592000 },
      ] : setting.value == null ? true : setting.value >= setting.min && setting.value <= setting.max
    ])
    error_message = "The functions take channel_ttl_s from 60 to 2592000, channel_renewal_margin_s from 1 to 2505600, full_sync_past_days from 0 to 3650, lease_s from 1 to 540, and reconcile_interval_s, reconcile_quiet_s and reconcile_unproven_s from 1 to 2592000."
  }
  validation {
    condition     = coalesce(var.calendar.channel_renewal_margin_s, 172800) < coalesce(var.calendar.channel_ttl_s, 604800)
    error_message = "channel_renewal_margin_s has to be shorter than channel_ttl_s (defaults 172800 and 604800), best at most half of it: no channel is renewed before half of its life."
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

  validation {
    condition     = var.calendar_quota.requests_per_minute >= 1 && var.calendar_quota.sync_s >= 0.01
    error_message = "requests_per_minute is at least 1, and sync_s at least 0.01."
  }
}

variable "conference" {
  description = "Your conference system and how to tell its conferences: `backend` is `webhook` or `module:PATH` (a module inside the archive); `delivery` is `live`, or `shadow` to send nothing and log what would have been sent; `calendar_messages` is `off`, or `on` to be told of calendars too; matchers by solution name, entry point host or add-on parameter; `environment` and `secrets` (names in Secret Manager, with their version) are handed to the workers as variables, for a module of yours; the rest overrides defaults of the code."
  type = object({
    backend           = optional(string, "webhook")
    delivery          = optional(string)
    calendar_messages = optional(string)
    webhook_url       = optional(string)
    solution_names    = optional(list(string), [])
    entry_point_hosts = optional(list(string), [])
    parameter_keys    = optional(list(string), [])
    fields            = optional(list(string))
    cancel_grace_s    = optional(number)
    delivery_retry_s  = optional(list(number))
    environment       = optional(map(string), {})
    secrets           = optional(map(object({ secret = string, version = string })), {})
  })
  nullable = false

  validation {
    condition     = can(regex("^(webhook|module:.+)$", var.conference.backend))
    error_message = "backend is webhook or module:PATH."
  }
  validation {
    condition     = var.conference.delivery == null ? true : contains(["live", "shadow"], var.conference.delivery)
    error_message = "delivery is live or shadow."
  }

  validation {
    condition     = var.conference.calendar_messages == null ? true : contains(["off", "on"], var.conference.calendar_messages)
    error_message = "calendar_messages is off or on."
  }
  validation {
    condition     = var.conference.backend == "webhook" ? can(regex("^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\\s@]*)?$", var.conference.webhook_url)) : var.conference.webhook_url == null
    error_message = "The webhook backend needs an https webhook_url without a user name or password, and no other backend takes one."
  }
  validation {
    condition     = length(concat(var.conference.solution_names, var.conference.entry_point_hosts, var.conference.parameter_keys)) > 0
    error_message = "Give at least one of solution_names, entry_point_hosts and parameter_keys: nothing else tells your conferences from other vendors'."
  }
  validation {
    condition     = alltrue([for host in var.conference.entry_point_hosts : can(regex("^([A-Za-z0-9-]+\\.)*[A-Za-z0-9-]+$", host))])
    error_message = "An entry of entry_point_hosts is the name of a host, without https:// and path."
  }
  validation {
    condition = var.conference.fields == null ? true : length(var.conference.fields) > 0 && length(setsubtract(var.conference.fields, [
      "title", "description", "location", "start", "end", "recurrence", "organizer", "visibility", "attendees", "parameters",
    ])) == 0
    error_message = "fields are some of title, description, location, start, end, recurrence, organizer, visibility, attendees and parameters."
  }
  validation {
    condition = alltrue([
      for name in concat(keys(var.conference.environment), keys(var.conference.secrets)) :
      can(regex("^[A-Za-z_][A-Za-z0-9_]{0,127}$", name)) && !startswith(name, "X_GOOGLE_") &&
      !contains(["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION", "FUNCTION_TARGET", "FUNCTION_SIGNATURE_TYPE", "LOG_EXECUTION_ID", "NODE_OPTIONS"], name)
    ])
    error_message = "A name in environment or secrets has letters, digits and underscores, and is none that Google or the module sets."
  }
  validation {
    condition     = length(setintersection(keys(var.conference.environment), keys(var.conference.secrets))) == 0 && alltrue([for value in values(var.conference.environment) : value != null])
    error_message = "A variable stands either in environment or in secrets, and has a value."
  }
  validation {
    condition     = alltrue([for s in values(var.conference.secrets) : can(regex("^[A-Za-z0-9_-]{1,255}$", s.secret)) && can(regex("^[1-9][0-9]*$", s.version))])
    error_message = "Each of secrets has the name of a secret of this project and the number of a version."
  }
  validation {
    condition     = var.conference.cancel_grace_s == null ? true : var.conference.cancel_grace_s >= 0 && var.conference.cancel_grace_s <= 604800
    error_message = "cancel_grace_s is between 0 and 604800, seven days."
  }
  validation {
    condition = var.conference.delivery_retry_s == null ? true : length(var.conference.delivery_retry_s) > 0 && alltrue([
      for wait in var.conference.delivery_retry_s : wait >= 0.1 && wait <= 604800
    ])
    error_message = "delivery_retry_s has at least one wait, each between 0.1 and 604800 seconds."
  }
  validation {
    condition = alltrue([
      for entry in concat(var.conference.solution_names, var.conference.entry_point_hosts, var.conference.parameter_keys, coalesce(var.conference.fields, [])) :
      !strcontains(entry, ",") && trimspace(entry) != ""
    ])
    error_message = "An entry is neither empty nor holds a comma: the functions read comma-separated lists."
  }
}

variable "functions" {
  description = "Size of each deployment: vCPUs, memory, requests at once per instance, instances. A young project has 10 vCPUs a region, so no default asks for more. `time_budget_s` is how long a worker may spend on one message."
  type = object({
    receive_notification = optional(object({
      cpu           = optional(number, 1)
      memory        = optional(string, "256Mi")
      concurrency   = optional(number, 80)
      min_instances = optional(number, 0)
      max_instances = optional(number, 10)
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
    connect_calendars = optional(object({
      cpu           = optional(number, 1)
      memory        = optional(string, "512Mi")
      concurrency   = optional(number, 40)
      min_instances = optional(number, 0)
      max_instances = optional(number, 3)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for f in values(var.functions) : contains([1, 2, 4, 6, 8], f.cpu) || (f.cpu >= 0.08 && f.cpu < 1 && floor(f.cpu * 100) == f.cpu * 100)])
    error_message = "cpu is 1, 2, 4, 6 or 8, or a share of one from 0.08 with at most two decimals."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : can(regex("^[1-9][0-9]{0,4}(Mi|Gi)$", f.memory))])
    error_message = "memory is a whole number with Mi or Gi behind it, such as 512Mi."
  }
  validation {
    condition = alltrue([
      for f in values(var.functions) : alltrue([
        for mebibytes in try([tonumber(regex("^[1-9][0-9]{0,4}", f.memory)) * (endswith(f.memory, "Gi") ? 1024 : 1)], []) :
        mebibytes >= (f.cpu >= 6 ? 4096 : f.cpu >= 4 ? 2048 : 128) &&
        mebibytes <= (f.cpu >= 8 ? 32768 : f.cpu >= 6 ? 24576 : f.cpu >= 4 ? 16384 : f.cpu >= 2 ? 8192 : f.cpu >= 1 ? 4096 : f.cpu >= 0.5 ? 1024 : 512)
      ])
    ])
    error_message = "Cloud Run gives 128Mi to 512Mi with less than half a vCPU, to 1Gi with less than one, to 4Gi with one, to 8Gi with two, 2Gi to 16Gi with four, 4Gi to 24Gi with six and 4Gi to 32Gi with eight."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : f.concurrency >= 1 && f.concurrency <= 1000 && floor(f.concurrency) == f.concurrency])
    error_message = "concurrency is a whole number from 1 to 1000."
  }
  validation {
    condition     = alltrue([for f in values(var.functions) : f.concurrency == 1 || f.cpu >= 1])
    error_message = "Cloud Run gives more than one request at once only to an instance with at least one vCPU."
  }
  validation {
    condition = alltrue([
      for f in values(var.functions) : f.min_instances >= 0 && f.min_instances <= f.max_instances && f.max_instances >= 1 && f.max_instances <= 1000 &&
      floor(f.min_instances) == f.min_instances && floor(f.max_instances) == f.max_instances
    ])
    error_message = "min_instances and max_instances are whole numbers; max_instances is from 1 to 1000 and not below min_instances."
  }
  validation {
    condition = alltrue([
      for f in [var.functions.sync_calendar_live, var.functions.sync_calendar_upkeep] : f.time_budget_s >= 1 && f.time_budget_s <= 540 && floor(f.time_budget_s) == f.time_budget_s
    ])
    error_message = "time_budget_s is a whole number from 1 to 540."
  }
  validation {
    condition     = contains(["ALLOW_ALL", "ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB"], var.functions.manage_calendars.ingress)
    error_message = "manage_calendars.ingress is ALLOW_ALL, ALLOW_INTERNAL_ONLY or ALLOW_INTERNAL_AND_GCLB."
  }
}
