# What a company decides about its installation. Settings of the functions that are left out keep the defaults of the code,
# so that each default has one home: docs/configuration.md. Every value that Google, the provider or the functions would refuse is
# refused here, at plan and in words; a test tries them (test/terraform/inputs.test.ts).

variable "access" {
  description = "Who may use it, as IAM members that exist: `managers` call manage-calendars (the add-on's backend), `operators` are on call and use confsync."
  type = object({
    managers  = optional(set(string), [])
    operators = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for member in setunion(var.access.managers, var.access.operators) :
      can(regex("^((user|group|serviceAccount):[^@:\\s]+@[^@:\\s]+|domain:[^@:\\s]+|(principal|principalSet)://[^\\s]+)$", member))
    ])
    error_message = "Each member needs its kind in front, such as group:oncall@example.com; allUsers and allAuthenticatedUsers are not accepted."
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

variable "connect" {
  description = "Lets users connect their calendars themselves (docs/connect.md): `return_hosts` are the hosts that their browsers go back to. Behind a load balancer: `ingress = \"ALLOW_INTERNAL_AND_GCLB\"` and the balancer's https `address`, without a slash at its end. `open_to_all = false` grants nothing to `allUsers`. Nobody connects where it is left out."
  type = object({
    return_hosts = list(string)
    address      = optional(string)
    ingress      = optional(string, "ALLOW_ALL")
    open_to_all  = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.connect == null ? true : contains(["oauth", "delegation,oauth"], var.calendar.auth)
    error_message = "Users connect by their own consent: calendar.auth is oauth or `delegation,oauth`."
  }
  validation {
    condition     = var.connect == null ? true : length(var.connect.return_hosts) > 0 && alltrue([for host in var.connect.return_hosts : can(regex("^([A-Za-z0-9-]+\\.)*[A-Za-z0-9-]+$", host))])
    error_message = "return_hosts names at least one host, each without https:// and path."
  }
  validation {
    condition     = var.connect == null ? true : contains(["ALLOW_ALL", "ALLOW_INTERNAL_AND_GCLB"], var.connect.ingress) && (var.connect.ingress == "ALLOW_ALL" || var.connect.address != null)
    error_message = "ingress is ALLOW_ALL, or ALLOW_INTERNAL_AND_GCLB with the address of the balancer: browsers come from the internet."
  }
  validation {
    condition     = var.connect == null || try(var.connect.address, null) == null ? true : can(regex("^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\\s@?#]*[^\\s@?#/])?$", var.connect.address))
    error_message = "address is an https address without a user name, a query, a fragment or a slash at its end."
  }
}

variable "firestore" {
  description = "The database: its name (with `prefix` in front), its location (for ever; the region if left out), whether it, and with it the installation, is guarded against deletion, point-in-time recovery, and daily backups, each kept for some days (none if left out). `existing` names a database that is there already and is used as it is; the module adds its indexes."
  type = object({
    database               = optional(string, "conference-sync")
    existing               = optional(string)
    location               = optional(string)
    deletion_protection    = optional(bool, true)
    point_in_time_recovery = optional(bool, false)
    backups = optional(object({
      daily_retention_days = optional(number, 7)
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.firestore.backups == null ? true : var.firestore.backups.daily_retention_days >= 1 && var.firestore.backups.daily_retention_days <= 98 && floor(var.firestore.backups.daily_retention_days) == var.firestore.backups.daily_retention_days
    error_message = "Firestore keeps a backup for 1 to 98 days: daily_retention_days is a whole number of them."
  }
  validation {
    condition     = var.firestore.existing == null ? true : can(regex("^(\\(default\\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$", var.firestore.existing))
    error_message = "existing is the name of a database, as Firestore has it."
  }
  validation {
    condition     = var.firestore.existing == null || var.firestore.location == null
    error_message = "An existing database lies where it lies: leave location out."
  }
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", "${var.prefix}${var.firestore.database}"))
    error_message = "A database has a name of 4 to 63 lower-case letters, digits and hyphens, prefix included; a letter is first, and a letter or digit last."
  }
  validation {
    condition     = !can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "${var.prefix}${var.firestore.database}"))
    error_message = "Firestore takes no UUID as the name of a database."
  }
  validation {
    condition     = var.firestore.location == null ? true : can(regex("^([a-z]+-[a-z]+[0-9]+|[a-z]{3}[0-9])$", var.firestore.location))
    error_message = "location is a region, such as europe-west1, or a multi-region, such as eur3."
  }
}

variable "labels" {
  description = "Labels for every resource that takes them."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))])
    error_message = "Keys and values of labels have at most 63 lower-case letters, digits, hyphens and underscores, and a key begins with a letter."
  }
  validation {
    condition     = length(var.labels) <= 60 && !contains(keys(var.labels), "goog-terraform-provisioned")
    error_message = "Google takes 64 labels on a resource, and the provider and Google add some: give at most 60, and not goog-terraform-provisioned."
  }
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
  validation {
    condition     = !startswith(var.prefix, "goog") && !strcontains(var.prefix, "google")
    error_message = "Google keeps names with goog in front, or google within, to itself."
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
  validation {
    condition     = !startswith(var.project_id, "goog") && !strcontains(var.project_id, "google")
    error_message = "No project of yours has google in its ID, and no bucket may have it in its name."
  }
}

variable "region" {
  description = "Region of the functions, the scheduler and the archive, such as `europe-west1`. Not every region builds functions in every project, and not every one has Cloud Scheduler: see docs/deploy.md."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region is a region of Google Cloud, such as europe-west1."
  }
}
