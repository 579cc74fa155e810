// The table of seeded defects; included by `seeded.rs`.
#[rustfmt::skip]
const SEEDS: &[Seed] = &[
    // Structure.
    seed("dependency-cycle", "parcels", "components.tracking", &[
        ("relations.scans-tracking", r#"{"from":"scans","to":"tracking","timeout":"100 ms","breaker":{"failures":5,"recovery":"5 s"}}"#)]),
    seed("dependency-cycle", "hall", "components.app", &[
        ("relations.app-worker", r#"{"from":"app","to":"worker","timeout":"100 ms"}"#),
        ("relations.worker-app", r#"{"from":"worker","to":"app","timeout":"100 ms","breaker":{"failures":5,"recovery":"5 s"}}"#)]),
    seed("dependency-cycle", "desk", "components.app", &[
        ("relations.app-app", r#"{"from":"app","to":"app","timeout":"1 s","breaker":{"failures":5,"recovery":"5 s"}}"#),
        ("observability.correlation", r#""traceparent""#)]),
    seed("context-cycle", "hall", "contexts.programme", &[
        ("data.blocks.columns.last", r#"{"type":"uuid"}"#),
        ("data.blocks.foreign_keys.last", r#"{"columns":["last"],"references":"bookings"}"#)]),
    seed("shared-table", "parcels", "data.scan-rows", &[
        ("relations.teller-db", r#"{"from":"teller","to":"scan-db","timeout":"300 ms"}"#),
        ("paths.tell.steps[+]", r#"{"on":"scan-db","work":"insert","table":"scan-rows","via":"teller-db"}"#)]),
    seed("synchronous-chain", "parcels", "paths.track", &[
        ("components.geo", r#"{"kind":"service","technology":"go","instances":2,"health":{"ready":"/r"}}"#),
        ("components.maps", r#"{"kind":"service","technology":"go","instances":2,"health":{"ready":"/r"}}"#),
        ("relations.scans-geo", r#"{"from":"scans","to":"geo","timeout":"300 ms","breaker":{"failures":5,"recovery":"5 s"}}"#),
        ("relations.geo-maps", r#"{"from":"geo","to":"maps","timeout":"100 ms","breaker":{"failures":5,"recovery":"5 s"}}"#),
        ("paths.track.steps[+]", r#"{"on":"geo","work":"request"}"#),
        ("paths.track.steps[+]", r#"{"on":"maps","work":"request"}"#)]),
    seed("chatty-call", "parcels", "paths.track.steps[3]", &[("paths.track.steps[3].times", "40")]),
    seed("chatty-call", "hall", "paths.pay.steps[3]", &[("paths.pay.steps[3].times", "6"), ("paths.pay.steps[3].wait", r#""10 ms""#)]),
    seed("chatty-call", "desk", "paths.who-is.steps[1]", &[("paths.who-is.steps[1].times", "30")]),
    seed("distributed-monolith", "parcels", "components.scans", &[
        ("relations.scans-wishes", r#"{"from":"scans","to":"wishes","timeout":"100 ms","breaker":{"failures":5,"recovery":"5 s"}}"#),
        ("paths.track.steps[+]", r#"{"on":"wishes","work":"request","via":"scans-wishes"}"#),
        ("relations.scans-tracking", r#"{"from":"scans","to":"tracking","mode":"async"}"#),
        ("relations.tracking-wishes", r#"{"from":"tracking","to":"wishes","timeout":"300 ms","breaker":{"failures":5,"recovery":"5 s"}}"#),
        ("relations.gate-tracking-2", r#"{"from":"gate","to":"tracking"}"#),
        ("paths.record.steps", r#"[{"on":"gate","work":"proxy"},{"on":"tracking","work":"request","via":"gate-tracking"},{"on":"scans","work":"request"},{"on":"scan-db","work":"insert","table":"scan-rows"},{"on":"scan-db","work":"insert","table":"outbox"},{"on":"wishes","work":"request","via":"tracking-wishes"}]"#),
        ("paths.history.steps", r#"[{"on":"gate","work":"proxy"},{"on":"tracking","work":"request","via":"gate-tracking"},{"on":"scans","work":"request"},{"on":"scan-db","work":"range-read","table":"scan-rows","by":["parcel","week"],"order":["-at"]},{"on":"wishes","work":"request","via":"tracking-wishes"}]"#),
        ("paths.track.steps[1].via", r#""gate-tracking""#),
        // Recording over a relation that is tried again would be another defect.
        ("relations.tracking-scans.retry", "")]),
    seed("stateful-service", "hall", "components.app", &[("components.app.stateless", "false")]),
    seed("stateful-service", "parcels", "components.scans", &[("components.scans.stateless", "false")]),
    seed("stateful-service", "desk", "components.app", &[("components.app.stateless", "false")]),
    // Resilience.
    seed("impossible-experiment", "parcels", "experiments.late", &[
        ("experiments.late", r#"{"lasts":"1 min","events":[{"at":"2 min","for":"1 min","stop":"cache"}]}"#)]),
    seed("impossible-experiment", "hall", "experiments.far", &[
        ("experiments.far", r#"{"events":[{"at":"1 min","for":"1 min","lose_zone":"zone-x"}]}"#)]),
    seed("impossible-experiment", "desk", "experiments.calm", &[
        ("experiments.calm", r#"{"events":[{"at":"1 min"}]}"#)]),
    seed("missing-timeout", "hall", "relations.app-db", &[("relations.app-db.timeout", "")]),
    seed("missing-timeout", "parcels", "relations.tracking-cache", &[("relations.tracking-cache.timeout", "")]),
    seed("missing-timeout", "desk", "relations.app-directory", &[("relations.app-directory.timeout", "")]),
    seed("timeout-inversion", "parcels", "relations.scans-db", &[("relations.scans-db.timeout", r#""500 ms""#)]),
    seed("timeout-inversion", "parcels", "relations.wishes-db", &[("relations.teller-wishes.timeout", r#""200 ms""#)]),
    seed("unsafe-retry", "hall", "relations.app-payments", &[("brief.domain.ports.payments.operations.charge.idempotent", "false")]),
    seed("unsafe-retry", "parcels", "relations.tracking-scans", &[("relations.tracking-scans.idempotent", "false")]),
    seed("unsafe-retry", "desk", "relations.app-directory", &[
        ("brief.domain.ports.directory.operations.look-up.idempotent", "false"),
        ("relations.app-directory.retry", r#"{"attempts":2,"backoff":"50 ms","jitter":true}"#)]),
    seed("retry-without-backoff-jitter", "hall", "relations.app-payments", &[("relations.app-payments.retry.jitter", "false")]),
    seed("retry-without-backoff-jitter", "parcels", "relations.teller-sms", &[("relations.teller-sms.retry.backoff", r#""0 s""#)]),
    seed("retry-amplification", "parcels", "relations.scans-db", &[
        ("relations.tracking-scans.retry.attempts", "3"), ("relations.scans-db.retry.attempts", "2")]),
    seed("missing-breaker", "hall", "relations.worker-mail", &[("relations.worker-mail.breaker", "")]),
    seed("missing-breaker", "parcels", "relations.teller-wishes", &[("relations.teller-wishes.breaker", "")]),
    seed("missing-breaker", "desk", "relations.app-directory", &[("relations.app-directory.breaker", "")]),
    seed("single-point-of-failure", "hall", "components.db", &[("components.db.zones", "1")]),
    seed("single-point-of-failure", "hall", "components.app", &[("components.app.instances", "1")]),
    seed("single-point-of-failure", "parcels", "components.wish-db", &[
        ("components.wish-db.instances", "1"), ("brief.targets.availability", r#""99.9 %""#),
        ("brief.domain.ports.sms.availability", "")]),
    seed("single-point-of-failure", "desk", "components.db", &[
        ("components.db.instances", "1"), ("brief.targets.availability", r#""99.9 %""#)]),
    seed("target-above-dependencies", "hall", "operations.pay", &[
        ("relations.app-payments.fallback", ""), ("brief.domain.ports.payments.availability", r#""99.5 %""#),
        ("mechanisms.later", "")]),
    seed("target-above-dependencies", "parcels", "operations.track", &[
        ("brief.domain.operations.track.availability", r#""99.99 %""#),
        ("components.cache.availability", r#""99.9 %""#),
        ("observability.alerts.late", r#"{"signal":"unrecorded","condition":"track slow","do":"look"}"#)]),
    seed("target-above-dependencies", "desk", "operations.open", &[("components.db.availability", r#""98 %""#),
        ("brief.targets.availability", ""), ("brief.domain.operations.open.availability", r#""99 %""#)]),
    seed("missed-latency-target", "hall", "operations.pay", &[("paths.pay.steps[3].wait", r#""900 ms""#)]),
    seed("missed-latency-target", "desk", "operations.who-is", &[("brief.domain.operations.who-is.latency", r#"{"p50":"50 ms"}"#)]),
    seed("missed-latency-target", "parcels", "operations.wish", &[("brief.domain.operations.wish.latency", r#"{"p99":"1 us"}"#)]),
    seed("missed-availability-target", "hall", "operations.list-concerts", &[
        ("brief.domain.operations.list-concerts.availability", r#""99.99 %""#)]),
    // Integrity.
    seed("undeletable-row", "desk", "data.requests.foreign_keys.organisation", &[
        ("brief.domain.entities.organisation.retention", r#"{"keep":"1 year"}"#)]),
    seed("wrong-retention", "parcels", "data.wish-rows", &[("data.wish-rows.retention", r#"{"keep":"1 year"}"#)]),
    seed("wrong-retention", "desk", "data.requests", &[("data.requests.retention", r#"{"keep":"1 year"}"#)]),
    seed("lost-acknowledgement", "parcels", "paths.record", &[("paths.record.transaction", r#""none""#)]),
    seed("stale-read", "desk", "operations.mine", &[
        ("components.db.replication.lag", r#""1 min""#),
        ("brief.domain.operations.mine.staleness", r#""10 s""#)]),
    seed("missing-idempotency", "hall", "operations.confirm", &[
        ("brief.domain.operations.confirm.arrival", r#"{"duplicates":true}"#),
        ("brief.domain.operations.confirm.effects[+]", r#"{"update":{"entity":"concert","set":{"starts":"starts + 1"}}}"#)]),
    seed("missing-idempotency", "parcels", "operations.record", &[
        ("brief.domain.operations.record.effects[0].create.ignore_duplicates", "false"),
        ("brief.domain.entities.scan.key", r#""uuid""#)]),
    seed("missing-idempotency", "parcels", "operations.tell", &[
        ("brief.domain.operations.tell.idempotency", ""),
        ("brief.domain.operations.tell.effects[+]", r#"{"create":{"entity":"wish"}}"#),
        ("paths.tell.steps[0].via", r#""bus-teller""#)]),
    seed("missing-idempotency", "desk", "operations.open", &[
        ("brief.domain.actors.person.offline", "true"), ("brief.domain.operations.open.idempotency", "")]),
    seed("lost-acknowledgement", "hall", "paths.hold", &[
        ("paths.hold.acknowledge", r#""on-receipt""#), ("mechanisms.safe.uses", r#"["paths.pay"]"#)]),
    seed("lost-acknowledgement", "parcels", "paths.record", &[("components.scan-db.replication.mode", r#""asynchronous""#)]),
    seed("lost-acknowledgement", "desk", "paths.open", &[
        ("brief.domain.operations.open.durable", "true"), ("brief.targets.recovery_point", r#""0 s""#)]),
    seed("dual-write", "parcels", "paths.wish", &[
        ("relations.wishes-bus", r#"{"from":"wishes","to":"bus","mode":"async"}"#),
        ("paths.wish.steps[+]", r#"{"on":"bus","work":"publish","via":"wishes-bus"}"#)]),
    seed("unbounded-queue", "hall", "data.mails", &[("paths.send-ticket.steps[1]", ""),
        ("security.roles.worker.tables[1]", ""), ("relations.worker-db.dead_letter", "")]),
    seed("unbounded-queue", "parcels", "components.bus", &[
        ("relations.bus-teller", ""), ("relations.bus-auditor", ""), ("components.auditor", "")]),
    seed("missing-dead-letter", "hall", "relations.worker-db", &[("relations.worker-db.dead_letter", "")]),
    seed("missing-dead-letter", "parcels", "relations.bus-teller", &[("relations.bus-teller.dead_letter", "")]),
    seed("unordered-consumer", "parcels", "operations.record", &[
        ("brief.domain.operations.record.effects[+]", r#"{"update":{"entity":"wish","by":["parcel"],"set":{"phone":"input.place"}}}"#)]),
    seed("unordered-consumer", "hall", "operations.confirm", &[
        ("brief.domain.operations.confirm.arrival", r#"{"unordered":true}"#),
        ("brief.domain.operations.confirm.effects[+]", r#"{"update":{"entity":"concert","set":{"title":"input.title"}}}"#)]),
    seed("unguarded-scarce", "hall", "operations.hold", &[
        ("brief.domain.operations.hold.effects[0].update.where", ""), ("mechanisms.once", ""),
        ("brief.domain.operations.hold.never_wrong", "[]")]),
    seed("missing-expiry", "hall", "entities.booking", &[
        ("brief.domain.entities.booking.machine.transitions.lapse.after", ""), ("mechanisms.back", "")]),
    seed("stale-authority", "hall", "operations.hold", &[
        ("mechanisms.once.protects", "[]"),
        ("components.cache", r#"{"kind":"cache","technology":"valkey","instances":2,"zones":2,"boundary":"ours"}"#),
        ("relations.app-cache", r#"{"from":"app","to":"cache","timeout":"20 ms","encryption":"tls"}"#),
        ("paths.hold.steps[+]", r#"{"on":"cache","work":"get"}"#)]),
    seed("stale-authority", "parcels", "operations.track", &[("brief.domain.operations.track.never_wrong", r#"["row.number = input.number"]"#)]),
    seed("stale-authority", "desk", "operations.mine", &[("brief.domain.operations.mine.never_wrong", r#"["row.state"]"#)]),
    seed("unheard-refusal", "hall", "operations.lapse", &[
        ("brief.domain.operations.lapse.effects[+]", r#"{"update":{"entity":"block","by":["id"],"where":"free < 5","set":{"free":"free + 1"},"else":409}}"#)]),
    // Data.
    seed("missing-index", "hall", "paths.list-concerts.steps[2]", &[("data.concerts.indexes.by_start", "")]),
    seed("missing-index", "hall", "paths.my-bookings.steps[2]", &[("data.bookings.indexes.by_buyer", "")]),
    seed("missing-index", "parcels", "paths.tell.steps[2]", &[("data.wish-rows.indexes.by_parcel", "")]),
    seed("missing-index", "desk", "paths.all-open.steps[1]", &[("data.requests.indexes.by_state", "")]),
    seed("keyless-access", "hall", "paths.pay.steps[2]", &[("paths.pay.steps[2].by", "[]")]),
    seed("keyless-access", "hall", "paths.pay.steps[4]", &[("paths.pay.steps[4].by", "[]")]),
    seed("keyless-access", "desk", "paths.all-open.steps[1]", &[("paths.all-open.steps[1].by", "[]")]),
    seed("unused-index", "hall", "data.concerts.indexes.by_title", &[("data.concerts.indexes.by_title", r#"{"columns":["title"]}"#)]),
    seed("unused-index", "parcels", "data.scan-rows.indexes.by_place", &[("data.scan-rows.indexes.by_place", r#"{"columns":["place"]}"#)]),
    seed("unused-index", "desk", "data.requests.indexes.by_wanted", &[("data.requests.indexes.by_wanted", r#"{"columns":["wanted"]}"#)]),
    seed("redundant-index", "hall", "data.bookings.indexes.buyer", &[("data.bookings.indexes.buyer", r#"{"columns":["buyer"]}"#)]),
    seed("redundant-index", "parcels", "data.scan-rows.indexes.parcel", &[("data.scan-rows.indexes.parcel", r#"{"columns":["parcel"]}"#)]),
    seed("redundant-index", "desk", "data.requests.indexes.id", &[("data.requests.indexes.id", r#"{"columns":["id"],"operations":["open"]}"#)]),
    seed("unindexed-foreign-key", "hall", "data.bookings.foreign_keys.block", &[("data.bookings.indexes.by_block", "")]),
    seed("unindexed-foreign-key", "desk", "data.requests.foreign_keys.wanted", &[
        ("data.requests.foreign_keys.wanted", r#"{"columns":["wanted"],"references":"organisations","on_delete":"set-null"}"#)]),
    seed("missing-primary-key", "hall", "data.mails", &[("data.mails.primary_key", "[]")]),
    seed("missing-primary-key", "parcels", "data.outbox", &[("data.outbox.primary_key", "[]")]),
    seed("missing-primary-key", "desk", "data.notes", &[("data.notes", r#"{"store":"db","columns":{"text":{"type":"text"}}}"#)]),
    seed("partition-key-outside-key", "parcels", "data.scan-rows", &[
        ("data.scan-rows.primary_key", r#"["parcel","id"]"#)]),
    seed("partition-key-outside-key", "hall", "data.mails", &[("data.mails.partition", r#"{"by":"hash","columns":["booking"],"parts":8}"#)]),
    seed("unpruned-access", "parcels", "paths.history.steps[2]", &[
        ("paths.history.steps[2].by", r#"["parcel"]"#), ("paths.history.steps[2].order", "[]")]),
    seed("unpruned-access", "hall", "paths.my-bookings.steps[2]", &[
        ("data.bookings.primary_key", r#"["id","state"]"#),
        ("data.bookings.partition", r#"{"by":"list","columns":["state"]}"#),
        ("paths.pay.steps[2].by", r#"["id","state"]"#), ("paths.pay.steps[4].by", r#"["id","state"]"#),
        ("paths.confirm.steps[2].by", r#"["id","state"]"#), ("paths.lapse.steps[2].by", r#"["held_at","state"]"#)]),
    seed("missing-retention", "hall", "data.bookings", &[("brief.domain.entities.booking.retention", "")]),
    seed("missing-retention", "parcels", "data.wish-rows", &[("brief.domain.entities.wish.retention", "")]),
    seed("missing-retention", "desk", "data.requests", &[("brief.domain.entities.request.retention", "")]),
    // Security.
    seed("plaintext-transport", "hall", "relations.app-db", &[("relations.app-db.encryption", "")]),
    seed("plaintext-transport", "parcels", "relations.teller-sms", &[("relations.teller-sms.encryption", r#""none""#)]),
    seed("plaintext-transport", "desk", "relations.browser-app", &[("relations.browser-app.encryption", "")]),
    seed("unencrypted-at-rest", "hall", "components.db", &[("components.db.encrypted", "")]),
    seed("unencrypted-at-rest", "parcels", "components.wish-db", &[("components.wish-db.encrypted", "false")]),
    seed("unencrypted-at-rest", "desk", "components.db", &[("components.db.encrypted", "")]),
    seed("missing-authentication", "hall", "contracts.web", &[("contracts.web.authentication", r#""none""#)]),
    seed("missing-authentication", "parcels", "contracts.public", &[("contracts.public.authentication", "")]),
    seed("missing-authentication", "desk", "contracts.api", &[
        ("components.app.exposure", r#""public""#), ("contracts.api.authentication", ""),
        ("contracts.api.rate_limit", r#"{"per_caller":"5/s"}"#)]),
    seed("public-store", "hall", "components.db", &[("components.db.exposure", r#""public""#)]),
    seed("public-store", "parcels", "components.bus", &[("components.bus.exposure", r#""public""#)]),
    seed("public-store", "desk", "components.db", &[("components.db.exposure", r#""public""#)]),
    seed("over-privileged-role", "hall", "security.roles.app.tables[0]", &[("security.roles.app.tables[0].may[+]", r#""delete""#)]),
    seed("over-privileged-role", "parcels", "security.roles.wishes.tables[0]", &[("security.roles.wishes.tables[0].may[+]", r#""update""#)]),
    seed("unmitigated-boundary", "hall", "relations.worker-mail", &[("security.threats.address", "")]),
    seed("unmitigated-boundary", "parcels", "relations.handheld-gate", &[("security.threats.lost-device", "")]),
    seed("missing-tenant-filter", "desk", "paths.mine.steps[1]", &[
        ("paths.mine.steps[1].by", r#"["id"]"#), ("paths.mine.steps[1].order", "[]")]),
    // Operation.
    seed("missing-health-check", "hall", "components.app", &[("components.app.health", "")]),
    seed("missing-health-check", "parcels", "components.wishes", &[("components.wishes.health", "")]),
    seed("missing-health-check", "desk", "components.app", &[("components.app.health", "")]),
    seed("missing-alert", "hall", "operations.pay", &[
        ("observability.alerts.failing.serves", r#"["operations.hold"]"#)]),
    seed("missing-alert", "parcels", "operations.record", &[("observability.alerts.refusing", "")]),
    seed("missing-alert", "desk", "operations.open", &[("observability.alerts.failing", "")]),
    seed("untraceable-call", "parcels", "observability", &[("observability.correlation", "")]),
    seed("missing-backup", "hall", "components.tickets", &[("components.tickets.backup", "")]),
    seed("missing-backup", "parcels", "components.wish-db", &[("components.wish-db.backup", "")]),
    seed("missing-backup", "desk", "components.db", &[("components.db.backup", "")]),
    // Interface.
    seed("operation-without-contract", "hall", "operations.pay", &[
        ("contracts.web.operations[2]", ""), ("contracts.outside.operations[2]", "")]),
    seed("operation-without-contract", "parcels", "operations.wish", &[("contracts.public.operations[3]", "")]),
    seed("operation-without-contract", "desk", "operations.mine", &[("contracts.api.operations", r#"["open","all-open","who-is"]"#)]),
    seed("unlimited-api", "parcels", "contracts.public", &[("contracts.public.rate_limit", "")]),
    seed("unlimited-api", "desk", "contracts.api", &[("components.app.exposure", r#""public""#)]),
    seed("unbounded-list", "hall", "operations.list-concerts", &[("brief.domain.operations.list-concerts.page", "")]),
    seed("unbounded-list", "parcels", "operations.history", &[("brief.domain.operations.history.page", "")]),
    seed("unbounded-list", "desk", "operations.all-open", &[("brief.domain.operations.all-open.result.rows", "5000")]),
    seed("offset-at-depth", "hall", "operations.my-bookings", &[("brief.domain.operations.my-bookings.page.style", r#""offset""#)]),
    seed("offset-at-depth", "desk", "operations.mine", &[("brief.domain.operations.mine.page.style", r#""offset""#)]),
    // Simplicity.
    seed("needless-cache", "hall", "components.cache", &[
        ("components.cache", r#"{"kind":"cache","technology":"valkey","instances":2,"zones":2,"boundary":"ours"}"#),
        ("relations.app-cache", r#"{"from":"app","to":"cache","timeout":"20 ms","encryption":"tls"}"#),
        ("paths.list-concerts.steps[2].probability", r#""10 %""#),
        ("brief.domain.operations.lapse.rate", r#""1/min""#),
        ("paths.send-ticket.steps[1].cpu", r#""100 us""#),
        ("paths.list-concerts.steps[+]", r#"{"on":"cache","work":"get"}"#)]),
    seed("needless-broker", "hall", "components.bus", &[
        ("components.bus", r#"{"kind":"broker","technology":"rabbitmq","boundary":"ours"}"#),
        ("relations.app-bus", r#"{"from":"app","to":"bus","mode":"async"}"#),
        ("relations.bus-worker", r#"{"from":"bus","to":"worker","mode":"async"}"#),
        ("paths.confirm.transaction", r#""outbox""#),
        ("paths.confirm.steps[+]", r#"{"on":"bus","work":"publish"}"#)]),
    seed("needless-store", "desk", "components.notes", &[
        ("components.notes", r#"{"kind":"store","technology":"mariadb"}"#),
        ("relations.app-notes", r#"{"from":"app","to":"notes","timeout":"1 s"}"#),
        ("paths.open.steps[+]", r#"{"on":"notes","work":"insert"}"#)]),
    seed("needless-microservices", "parcels", "style", &[("brief.team.engineers", "5")]),
    seed("needless-gateway", "hall", "components.gate", &[
        ("components.gate", r#"{"kind":"gateway","technology":"nginx"}"#),
        ("relations.edge-app.to", r#""gate""#),
        ("relations.gate-app", r#"{"from":"gate","to":"app","encryption":"tls"}"#)]),
    // Record.
    seed("operation-without-path", "hall", "operations.lapse", &[("paths.lapse", ""),
        ("security.roles.worker.tables[0]", ""), ("data.bookings.indexes.held", "")]),
    seed("operation-without-path", "parcels", "operations.export", &[("brief.domain.operations.export", "{}")]),
    seed("operation-without-path", "desk", "operations.who-is", &[("paths.who-is", "")]),
    seed("orphan-component", "hall", "components.search", &[("components.search", r#"{"kind":"search","technology":"opensearch"}"#)]),
    seed("orphan-component", "parcels", "components.old", &[("components.old", r#"{"kind":"worker","technology":"go"}"#)]),
    seed("orphan-component", "desk", "components.cache", &[("components.cache", r#"{"kind":"cache","technology":"valkey"}"#)]),
    seed("undecided-technology", "hall", "components.worker", &[("components.worker.technology", "")]),
    seed("undecided-technology", "parcels", "components.bus", &[("components.bus.technology", "")]),
    seed("undecided-technology", "desk", "components.app", &[("components.app.technology", "")]),
    seed("mechanism-unproved", "hall", "mechanisms.once", &[("mechanisms.once.proof", "[]")]),
    seed("mechanism-unproved", "parcels", "mechanisms.state", &[("mechanisms.state.proof", "[]")]),
    seed("mechanism-unproved", "desk", "mechanisms.apart", &[("mechanisms.apart.proof", "[]")]),
    seed("broken-mechanism", "hall", "mechanisms.safe", &[("paths.pay.acknowledge", r#""on-receipt""#)]),
    seed("broken-mechanism", "hall", "mechanisms.later", &[("relations.app-payments.fallback", "")]),
    seed("broken-mechanism", "parcels", "mechanisms.found", &[("data.scan-rows.partition", "")]),
    seed("broken-mechanism", "parcels", "mechanisms.state", &[
        ("brief.domain.entities.parcel.derived.state", r#"{"lookup":"scans.place"}"#)]),
    seed("broken-mechanism", "desk", "mechanisms.apart", &[("mechanisms.apart.uses[+]", r#""data.people""#)]),
    seed("stale-reference", "hall", "components.app", &[("components.app.why", r#""It takes {{reserve.p95}}.""#)]),
    seed("stale-reference", "parcels", "mechanisms.kept", &[("mechanisms.kept.how", r#""At {{records.rate}}.""#)]),
    seed("stale-reference", "desk", "components.db", &[("components.db.notes", r#""It holds {{data.people.rows}} rows.""#)]),
];
