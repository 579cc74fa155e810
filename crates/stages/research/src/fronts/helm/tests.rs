use super::*;
use crate::observation::Workload;

fn chart(files: &[(&str, &str)]) -> Vec<(String, FileFacts)> {
    let files: Vec<SourceText> = files
        .iter()
        .map(|(path, text)| SourceText { path, text })
        .collect();
    charts(&files)
}

fn rendered(template: &str, values: &str, helpers: &str) -> String {
    let mut defines = Defines::new();
    collect(&template::parse(helpers).0, &mut defines);
    let (parts, faults) = template::parse(template);
    assert_eq!(faults, []);
    collect(&parts, &mut defines);
    let chart = Chart {
        name: "shop".into(),
        app_version: "7".into(),
        ..Chart::default()
    };
    let documents = yaml::read(values).documents;
    let values = documents
        .first()
        .map_or(Data::map(IndexMap::new()), Data::of);
    let mut machine = Machine::new(&defines, chart.root(values));
    let text = machine.render(&parts).text;
    text.replace(crate::placeholder::UNKNOWN, "?")
}

#[test]
fn the_language_of_templates() {
    let values = "a: 1\nb: x\nempty: \"\"\nlist: [p, q]\nmap: {k: v, n: {m: 2}}\non: true\nhost: \"{{ .Values.b }}.example\"\n";
    let helpers = "{{- define \"n\" -}}{{ .Values.b }}-{{ .Chart.Name }}{{- end -}}{{ define \"l\" }}a: {{ .x }}\nb: 2{{ end }}";
    let cases = [
        ("{{ .Values.a }}/{{ $.Values.b | quote }}", "1/\"x\""),
        (
            "{{ .Values.none | default \"d\" }}{{ default .Chart.AppVersion .Values.empty }}",
            "d7",
        ),
        ("{{ .Values.none }}", "?"),
        (
            "{{ if and .Values.on (not .Values.empty) }}y{{ else }}n{{ end }}",
            "y",
        ),
        (
            "{{ if eq .Values.b \"z\" }}1{{ else if gt (int .Values.a) 0 }}2{{ end }}",
            "2",
        ),
        ("a  {{- /* c }} */ -}}  b", "ab"),
        (
            "{{ range $i, $e := .Values.list }}{{ $i }}{{ $e }},{{ end }}",
            "0p,1q,",
        ),
        ("{{ range .Values.none }}x{{ else }}none{{ end }}", "none"),
        (
            "{{ with .Values.map }}{{ .k }}{{ $.Chart.Name }}{{ end }}",
            "vshop",
        ),
        (
            "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}",
            "2",
        ),
        ("{{ include \"n\" . | upper }}", "X-SHOP"),
        (
            "{{ include \"l\" (dict \"x\" 5) | nindent 2 }}",
            "\n  a: 5\n  b: 2",
        ),
        (
            "{{ printf \"%s:%d\" .Values.b 80 | trunc 3 | trimSuffix \":\" }}",
            "x:8",
        ),
        ("{{ toYaml .Values.map }}", "k: v\nn:\n  m: 2"),
        ("{{ tpl .Values.host . }}", "x.example"),
        ("{{ include \"other.fullname\" . }}", "shop"),
        ("{{ lookup \"v1\" \"Secret\" \"\" \"x\" | empty }}", "true"),
        (
            "{{ index .Values.list 1 }}{{ (index .Values.map \"n\").m }}",
            "q2",
        ),
        ("{{ .Values.map.n.m | int | add 1 }}", "3"),
        ("{{ genSecret 1 }}-x", "?-x"),
        (
            "{{ if .Capabilities.APIVersions.Has \"x\" }}y{{ end }}",
            "y",
        ),
        (
            "{{ ternary \"a\" \"b\" .Values.on }}{{ coalesce .Values.empty .Values.b }}",
            "ax",
        ),
    ];
    for (template, expected) in cases {
        assert_eq!(rendered(template, values, helpers), expected, "{template}");
    }
}

const DEPLOYMENT: &str = "{{- if .Values.create }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include \"web.fullname\" . }}
  labels:
    {{- include \"web.labels\" . | nindent 4 }}
spec:
  {{- with .Values.replicas }}
  replicas: {{ . }}
  {{- end }}
  template:
    metadata:
      labels:
        app: {{ include \"web.fullname\" . }}
    spec:
      containers:
        - name: web
          image: \"{{ .Values.image.name }}:{{ .Values.image.tag | default .Chart.AppVersion }}\"
          env:
            - name: API_URL
              value: http://{{ .Values.api }}:80
            {{- range $key, $value := .Values.env }}
            - name: {{ $key }}
              value: {{ $value | quote }}
            {{- end }}
            - name: UNSET
              value: {{ .Values.nobody.knows }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
{{- end }}
";

#[test]
fn a_chart_becomes_workloads() {
    let helpers = "{{- define \"web.fullname\" -}}\n{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride }}{{ else }}{{ .Release.Name | trunc 63 }}{{ end }}\n{{- end }}\n{{- define \"web.labels\" -}}\napp: {{ include \"web.fullname\" . }}\n{{- end }}\n";
    let values = "create: true\nreplicas: 3\nimage: {name: acme/web}\napi: api\nenv: {LOG: debug, API_TOKEN: abcd-1234-efgh-5678}\nresources:\n  limits: {cpu: 100m}\n";
    let found = chart(&[
        (
            "web/Chart.yaml",
            "name: web\nappVersion: \"1.2\"\ndependencies:\n  - name: postgresql\n    repository: https://x\n",
        ),
        ("web/values.yaml", values),
        ("web/templates/_helpers.tpl", helpers),
        ("web/templates/deployment.yaml", DEPLOYMENT),
        ("other/x.yaml", "kind: no\n"),
    ]);
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "web/Chart.yaml",
            "web/templates/_helpers.tpl",
            "web/templates/deployment.yaml",
            "web/values.yaml"
        ]
    );
    assert!(!format!("{found:?}").contains("abcd-1234"));
    assert!(
        matches!(&found[0].1.seen[0].what, Observation::Resource { name, .. } if name == "postgresql")
    );
    let facts = &found[2].1;
    assert_eq!(facts.faults, []);
    let workload: &Workload = facts
        .seen
        .iter()
        .find_map(|seen| match &seen.what {
            Observation::Workload(workload) => Some(workload.as_ref()),
            _ => None,
        })
        .unwrap();
    assert_eq!(
        (workload.name.as_str(), workload.source.as_str()),
        ("web", "helm")
    );
    assert_eq!(workload.image, Some(Value::text("acme/web:1.2")));
    assert_eq!(
        (workload.replicas, workload.cpu.as_deref()),
        (Some(3), Some("100m"))
    );
    let env: Vec<_> = workload
        .env
        .iter()
        .map(|(name, value, line)| (name.as_str(), value.known(), *line))
        .collect();
    assert_eq!(
        env,
        [
            ("API_URL", Some("http://api:80"), 21),
            ("LOG", Some("debug"), 24),
            ("API_TOKEN", None, 24),
            ("UNSET", None, 27),
        ]
    );
    assert_eq!(workload.env[3].1, Value::Hole);
}

#[test]
fn charts_within_charts() {
    let template = "apiVersion: v1\nkind: Service\nmetadata: {name: \"{{ .Values.name }}-{{ .Values.global.zone }}\"}\n";
    let found = chart(&[
        (
            "a/Chart.yaml",
            "name: a\ndependencies: [{name: c, condition: c.enabled}]\n",
        ),
        (
            "a/values.yaml",
            "b: {name: over}\nglobal: {zone: eu}\nc: {enabled: false}\n",
        ),
        ("a/charts/b/Chart.yaml", "name: b\n"),
        ("a/charts/b/values.yaml", "name: own\n"),
        ("a/charts/b/templates/s.yaml", template),
        ("a/charts/c/Chart.yaml", "name: c\n"),
        ("a/charts/c/templates/s.yaml", template),
    ]);
    let names: Vec<&str> = found
        .iter()
        .flat_map(|(_, facts)| &facts.seen)
        .filter_map(|seen| match &seen.what {
            Observation::Address { name, .. } => Some(name.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["over-eu"]);
}

#[test]
fn what_cannot_be_rendered_is_a_fault() {
    let found = chart(&[
        ("Chart.yaml", "name: x\n"),
        (
            "templates/a.yaml",
            "kind: Service\napiVersion: v1\n{{ include \"lib.thing\" . }}\nmetadata: {name: x}\n{{ if .Values.a }}\n",
        ),
        (
            "templates/b.yaml",
            "{{ define \"loop\" }}{{ include \"loop\" . }}{{ end }}{{ include \"loop\" . }}\nkind: Service\n",
        ),
        ("templates/c.yaml", "{{ end }}{{ else }}{{ if"),
    ]);
    assert!(
        found[1]
            .1
            .faults
            .iter()
            .any(|(line, why)| *line == 3 && why.contains("lib.thing"))
    );
    assert!(
        found[2]
            .1
            .faults
            .iter()
            .any(|(_, why)| why.contains("includes itself"))
    );
    assert_eq!(found[3].1.faults.len(), 2);
}
