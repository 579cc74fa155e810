//! Fronts of formats: broken text never panics, credentials never get out, and lines stay within the file.

#[path = "common/mutate.rs"]
mod mutate;

use groundplan_research::fronts::{self, SourceText, helm};
use groundplan_research::observation::FileFacts;
use mutate::{Numbers, mutated};

/// The credential that stands in every sample.
const CREDENTIAL: &str = "h7Kq-Zt93-credential";

/// Front and path, and a text that it reads.
const SAMPLES: &[(&str, &str, &str)] = &[
    (
        "compose",
        "docker-compose.yml",
        include_str!("cases/manifests/docker-compose.yml"),
    ),
    (
        "kubernetes",
        "k8s/all.yaml",
        include_str!("cases/manifests/kubernetes.yaml"),
    ),
    (
        "kustomize",
        "k8s/kustomization.yaml",
        include_str!("cases/manifests/kustomization.yaml"),
    ),
    (
        "helm",
        "chart/templates/web.yaml",
        include_str!("cases/manifests/chart-web.yaml"),
    ),
    (
        "terraform",
        "infra/main.tf",
        include_str!("cases/manifests/main.tf"),
    ),
    (
        "dockerfile",
        "web/Dockerfile",
        include_str!("cases/manifests/Dockerfile.sample"),
    ),
    (
        "nginx",
        "web/nginx.conf",
        include_str!("cases/manifests/nginx.conf"),
    ),
    (
        "apache",
        "web/vhost.conf",
        include_str!("cases/manifests/vhost.conf"),
    ),
    (
        "haproxy",
        "haproxy.cfg",
        include_str!("cases/manifests/haproxy.cfg"),
    ),
    (
        "envoy",
        "envoy.yaml",
        include_str!("cases/manifests/envoy.yaml"),
    ),
    (
        "dotenv",
        "web/.env",
        include_str!("cases/manifests/sample.env"),
    ),
    (
        "properties",
        "a/application.properties",
        include_str!("cases/manifests/application.properties"),
    ),
    (
        "spring-configuration",
        "a/application.yml",
        include_str!("cases/manifests/application.yml"),
    ),
    (
        "json-settings",
        "a/appsettings.json",
        include_str!("cases/manifests/appsettings.json"),
    ),
    (
        "monitoring",
        "prometheus.yml",
        include_str!("cases/manifests/prometheus.yml"),
    ),
    (
        "monitoring",
        "a/logback.xml",
        include_str!("cases/manifests/logback.xml"),
    ),
    (
        "procfile",
        "Procfile",
        include_str!("cases/manifests/Procfile.sample"),
    ),
    ("maven", "pom.xml", include_str!("cases/manifests/pom.xml")),
    (
        "gradle",
        "build.gradle",
        include_str!("cases/manifests/build.gradle"),
    ),
    (
        "node-package",
        "package.json",
        include_str!("cases/manifests/package.json"),
    ),
    (
        "go-mod",
        "go.mod",
        include_str!("cases/manifests/go.mod.sample"),
    ),
    (
        "cargo-manifest",
        "Cargo.toml",
        include_str!("cases/manifests/Cargo.toml.sample"),
    ),
    (
        "python-project",
        "pyproject.toml",
        include_str!("cases/manifests/pyproject.toml"),
    ),
    (
        "python-project",
        "setup.cfg",
        include_str!("cases/manifests/setup.cfg"),
    ),
    (
        "csproj",
        "a/A.csproj",
        include_str!("cases/manifests/A.csproj"),
    ),
    (
        "gemfile",
        "Gemfile",
        include_str!("cases/manifests/Gemfile.sample"),
    ),
    (
        "composer",
        "composer.json",
        include_str!("cases/manifests/composer.json"),
    ),
];

fn read(path: &str, text: &str) -> Option<FileFacts> {
    fronts::read(SourceText { path, text })
}

#[test]
fn each_sample_is_read_by_its_front() {
    for (front, path, text) in SAMPLES {
        let facts = read(path, text).unwrap_or_else(|| panic!("{path} is read by nothing"));
        assert_eq!(facts.front, *front, "{path}");
        assert!(!facts.seen.is_empty(), "{path} says nothing");
        // A template alone has not the templates that it takes in; whole charts are below.
        if *front != "helm" {
            assert_eq!(facts.faults, [], "{path}");
        }
    }
}

#[test]
fn credentials_do_not_get_out() {
    let mut held = 0;
    for (_, path, text) in SAMPLES {
        held += usize::from(text.contains(CREDENTIAL));
        let shown = format!("{:?}", read(path, text));
        assert!(!shown.contains(CREDENTIAL), "{path}: {shown}");
    }
    assert!(held >= 13, "only {held} samples hold the credential");
}

#[test]
fn broken_texts_are_survived() {
    for (index, (front, path, text)) in SAMPLES.iter().enumerate() {
        let mut numbers = Numbers::new(0x9E37_79B9 + index as u64);
        for round in 0..400 {
            let broken = mutated(text, &mut numbers);
            let lines = broken.lines().count() as u32 + 1;
            let Some(facts) = read(path, &broken) else {
                continue;
            };
            for seen in &facts.seen {
                assert!(
                    seen.line <= lines,
                    "{front} {round}: line {} of {lines}",
                    seen.line
                );
            }
        }
        // Every place at which a file may be cut off while it is written.
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            read(path, &text[..end]);
        }
    }
}

#[test]
fn broken_charts_are_survived() {
    let files = [
        (
            "chart/Chart.yaml",
            "name: web\nappVersion: \"1\"\ndependencies:\n  - {name: redis, condition: redis.enabled}\n",
        ),
        (
            "chart/values.yaml",
            include_str!("cases/manifests/chart-values.yaml"),
        ),
        (
            "chart/templates/_helpers.tpl",
            include_str!("cases/manifests/chart-helpers.tpl"),
        ),
        (
            "chart/templates/web.yaml",
            include_str!("cases/manifests/chart-web.yaml"),
        ),
    ];
    let whole: Vec<SourceText> = files
        .iter()
        .map(|(path, text)| SourceText { path, text })
        .collect();
    let facts = helm::charts(&whole);
    assert!(
        facts.iter().all(|(_, facts)| facts.faults.is_empty()),
        "{facts:?}"
    );
    assert!(!format!("{facts:?}").contains(CREDENTIAL));
    let mut numbers = Numbers::new(7);
    for round in 0..600 {
        let broken = mutated(files[1 + round % 3].1, &mut numbers);
        let mut files = whole.clone();
        files[1 + round % 3].text = &broken;
        helm::charts(&files);
    }
}
