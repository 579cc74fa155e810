use super::*;
use crate::observation::{ProxyRoute, Workload};

fn facts(text: &str) -> FileFacts {
    let path = "k8s/all.yaml";
    read(SourceText { path, text })
}

fn workloads(facts: &FileFacts) -> Vec<&Workload> {
    let seen = facts.seen.iter();
    seen.filter_map(|seen| match &seen.what {
        Observation::Workload(workload) => Some(workload.as_ref()),
        _ => None,
    })
    .collect()
}

fn routes(facts: &FileFacts) -> Vec<&ProxyRoute> {
    let seen = facts.seen.iter();
    seen.filter_map(|seen| match &seen.what {
        Observation::ProxyRoute(route) => Some(route),
        _ => None,
    })
    .collect()
}

#[test]
fn a_deployment_with_everything() {
    let facts = facts(
        r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers:
        - name: proxy
          image: envoyproxy/envoy:v1
        - name: orders
          image: acme/orders:1
          args: [--port, "8080"]
          ports: [{containerPort: 8080}]
          env:
            - {name: DB_HOST, value: db}
            - {name: DB_URL, value: "postgres://$(DB_HOST):5432/x"}
            - name: LEVEL
              valueFrom: {configMapKeyRef: {name: settings, key: level}}
            - name: DB_PASSWORD
              valueFrom: {secretKeyRef: {name: db, key: password}}
            - name: NODE
              valueFrom: {fieldRef: {fieldPath: status.hostIP}}
            - {name: API_TOKEN, value: "abc123-def456-ghi"}
          envFrom:
            - configMapRef: {name: shared}
            - secretRef: {name: more}
          livenessProbe: {httpGet: {path: /health, port: 8080}}
          resources: {limits: {cpu: 500m, memory: 1Gi}}
      volumes:
        - {name: data, persistentVolumeClaim: {claimName: orders}}
"#,
    );
    let [orders] = workloads(&facts)[..] else {
        panic!("{facts:?}")
    };
    assert_eq!(orders.image, Some(Value::text("acme/orders:1")));
    assert_eq!(orders.labels[0], ("app".to_string(), "orders".to_string()));
    assert_eq!(orders.env[1].1, Value::text("postgres://db:5432/x"));
    assert_eq!(orders.env[2].1, Value::Symbol("settings/level".to_string()));
    assert_eq!(orders.env[3].1, Value::Symbol("db/password".to_string()));
    assert_eq!(orders.env[4].1, Value::Hole);
    assert_eq!(
        (orders.env[0].2, orders.env[5].1.clone()),
        (18, Value::Hole)
    );
    assert_eq!(orders.takes, ["shared", "more"]);
    assert!(orders.health && !orders.readiness && orders.volume);
    assert_eq!(
        (orders.replicas, orders.cpu.as_deref()),
        (Some(2), Some("500m"))
    );
    assert_eq!(orders.command.as_deref(), Some("--port 8080"));
    assert!(!format!("{facts:?}").contains("abc123"));
}

#[test]
fn services_values_and_secrets() {
    let facts = facts(
        r#"
kind: List
apiVersion: v1
items:
  - kind: Service
    apiVersion: v1
    metadata: {name: orders}
    spec: {type: LoadBalancer, selector: {app: orders}, ports: [{port: 80, targetPort: http}]}
  - kind: Service
    apiVersion: v1
    metadata: {name: mail}
    spec: {type: ExternalName, externalName: smtp.example.com}
  - kind: ConfigMap
    apiVersion: v1
    metadata: {name: settings}
    data:
      level: info
      DB_PASSWORD: hunter2-x
      application.properties: |
        server.port=9000
        orders.url=http://orders
  - kind: Secret
    apiVersion: v1
    metadata: {name: db}
    stringData: {password: "top-Secret-1"}
    data: {token: dG9wLXNlY3JldA==}
  - kind: CronJob
    apiVersion: batch/v1
    metadata: {name: nightly}
    spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: x, image: y}]}}}}}
"#,
    );
    let shown = format!("{facts:?}");
    for hidden in ["hunter2", "top-Secret", "dG9w"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    let has = |what: Observation| facts.seen.iter().any(|seen| seen.what == what);
    assert!(has(Observation::Address {
        name: "orders".into(),
        selects: vec![("app".into(), "orders".into())],
        ports: vec![80],
        external: None,
        published: true,
    }));
    assert!(has(Observation::Address {
        name: "mail".into(),
        selects: vec![],
        ports: vec![],
        external: Some("smtp.example.com".into()),
        published: false,
    }));
    assert!(has(Observation::Values {
        name: "db".into(),
        entries: vec![
            ("token".into(), Value::Hole),
            ("password".into(), Value::Hole)
        ]
        .into_iter()
        .collect(),
        secret: true,
    }));
    let setting = facts
        .seen
        .iter()
        .find(|seen| matches!(&seen.what, Observation::Setting { key, .. } if key == "orders.url"));
    assert_eq!(setting.map(|seen| seen.line), Some(21));
    assert_eq!(workloads(&facts)[0].labels[0].1, "cronjob");
}

#[test]
fn every_kind_of_route() {
    let facts = facts(
        r#"
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$2}}
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /api(/|$)(.*)
            backend: {service: {name: api, port: {number: 80}}}
          - path: /old
            backend: {serviceName: legacy, servicePort: http}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
spec:
  rules:
    - matches: [{path: {type: PathPrefix, value: /cart}}]
      backendRefs: [{name: cart, port: 7070}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: ["*"]
  http:
    - match: [{uri: {prefix: /x}}]
      timeout: 5s
      route: [{destination: {host: front, port: {number: 80}}}]
"#,
    );
    let found: Vec<_> = routes(&facts)
        .iter()
        .map(|r| {
            (
                r.by.as_str(),
                r.path.known().unwrap(),
                r.upstream.known().unwrap(),
                r.timeout,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("ingress", "/api(/|$)(.*)", "api:80", false),
            ("ingress", "/old", "legacy:http", false),
            ("gateway", "/cart", "cart:7070", false),
            ("istio", "/x", "front:80", true),
        ]
    );
    assert_eq!(routes(&facts)[0].strips.as_deref(), Some("/api"));
    assert_eq!(routes(&facts)[0].host.as_deref(), Some("shop.example.com"));
}
