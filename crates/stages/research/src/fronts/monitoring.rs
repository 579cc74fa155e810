//! What watches: scrape targets of Prometheus, data sources of Grafana, appenders of logback and log4j that
//! send elsewhere.

use super::said::Said;
use super::{Front, Head, Reads, SourceText, ends_in, name_of};
use crate::observation::{Connection, FileFacts, Observation, OutgoingCall, Value};
use crate::placeholder::{shell, spring};
use crate::{xml, yaml};

pub const FRONT: Front = Front {
    id: "monitoring",
    takes: |path| {
        let name = name_of(path);
        let log =
            ["logback", "log4j"].iter().any(|of| name.starts_with(of)) && name.ends_with(".xml");
        log || ends_in(path, &[".yml", ".yaml"])
    },
    reads: Reads::Content { is, read },
};

fn is(head: &Head) -> bool {
    head.path.ends_with(".xml")
        || head.has("scrape_configs")
        || (head.has("datasources") && head.text.contains("url:"))
}

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    if source.path.ends_with(".xml") {
        appenders(source.text, &mut said);
        return said.done();
    }
    let tree = yaml::read(source.text);
    said.facts.faults = tree.faults;
    for document in &tree.documents {
        for job in document.at_path("scrape_configs").items() {
            let scheme = job.text_of("scheme").unwrap_or("http");
            let path = job.text_of("metrics_path").unwrap_or("/metrics");
            for group in job.at_path("static_configs").items() {
                for target in group.at_path("targets").items() {
                    let Some(text) = target.text() else { continue };
                    let url = shell(&format!("{scheme}://{text}{path}"));
                    let url = said.safe("target", url, target.line);
                    call(&mut said, target.line, "metrics", Some("GET"), url);
                }
            }
        }
        for of in document.at_path("datasources").items() {
            let Some(url) = of.text_of("url") else {
                continue;
            };
            let target = said.safe("url", shell(url), of.line);
            let connection = Connection {
                technology: of.text_of("type").map(str::to_string),
                target,
                database: of.text_of("database").map(Value::text),
                library: FRONT.id.to_string(),
            };
            said.say(of.line, Observation::Connection(connection));
        }
    }
    said.done()
}

fn call(said: &mut Said, line: u32, protocol: &str, method: Option<&str>, target: Value) {
    let call = OutgoingCall {
        protocol: protocol.to_string(),
        method: method.map(str::to_string),
        target,
        client: None,
        service: None,
        timeout: false,
        library: FRONT.id.to_string(),
        in_loop: false,
    };
    said.say(line, Observation::Call(call));
}

/// An appender that names a destination sends there.
fn appenders(text: &str, said: &mut Said) {
    let (root, faults) = xml::read(text);
    said.facts.faults = faults;
    for element in root.all() {
        let appender =
            element.name.eq_ignore_ascii_case("appender") || element.attribute("host").is_some();
        if !appender {
            continue;
        }
        let named = |names: &[&str]| {
            names.iter().find_map(|name| {
                let child = element
                    .children
                    .iter()
                    .find(|c| c.name.eq_ignore_ascii_case(name));
                let child = child
                    .map(|c| c.text.as_str())
                    .filter(|text| !text.is_empty());
                child.or(element.attribute(name)).map(str::to_string)
            })
        };
        let host = named(&[
            "destination",
            "remoteHost",
            "syslogHost",
            "graylogHost",
            "host",
            "url",
        ]);
        let Some(host) = host else { continue };
        let address = match named(&["port", "graylogPort"]) {
            Some(port) if !host.contains(':') || host.starts_with("${") => format!("{host}:{port}"),
            _ => host,
        };
        let target = said.safe("destination", spring(&address), element.line);
        call(said, element.line, "logging", None, target);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(path: &str, text: &str) -> Vec<(u32, String, Option<String>)> {
        let seen = read(SourceText { path, text }).seen.into_iter();
        seen.filter_map(|seen| match seen.what {
            Observation::Call(call) => Some((
                seen.line,
                call.protocol,
                call.target.known().map(str::to_string),
            )),
            Observation::Connection(of) => Some((
                seen.line,
                of.technology?,
                of.target.known().map(str::to_string),
            )),
            _ => None,
        })
        .collect()
    }

    #[test]
    fn scrapes_sources_and_appenders() {
        let row =
            |line, what: &str, target: &str| (line, what.to_string(), Some(target.to_string()));
        assert_eq!(
            targets(
                "p.yml",
                "scrape_configs:\n- job_name: a\n  metrics_path: /m\n  static_configs:\n  - targets: ['a:80', b:81]\n"
            ),
            [
                row(5, "metrics", "http://a:80/m"),
                row(5, "metrics", "http://b:81/m")
            ]
        );
        assert_eq!(
            targets(
                "d.yaml",
                "datasources:\n- name: P\n  type: prometheus\n  url: http://p:9090\n"
            ),
            [row(2, "prometheus", "http://p:9090")]
        );
        assert_eq!(
            targets(
                "logback.xml",
                "<configuration>\n<appender class='Tcp'><destination>logstash:5000</destination></appender>\n<appender class='F'><remoteHost>fluentd</remoteHost><port>24224</port></appender>\n<appender class='Console'/></configuration>"
            ),
            [
                row(2, "logging", "logstash:5000"),
                row(3, "logging", "fluentd:24224")
            ]
        );
    }
}
