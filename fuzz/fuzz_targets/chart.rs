//! A chart as a whole: its values, helpers and templates, parted by the byte 0xFF, which no text has.
#![no_main]

use groundplan_research::fronts::{SourceText, helm};
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 5] = [
    "c/values.yaml",
    "c/templates/_helpers.tpl",
    "c/templates/web.yaml",
    "c/charts/d/Chart.yaml",
    "c/charts/d/templates/more.yaml",
];

fuzz_target!(|data: &[u8]| {
    let parts = data.split(|byte| *byte == 0xFF);
    let texts = parts.map(|part| String::from_utf8_lossy(part).into_owned());
    let texts: Vec<(&str, String)> = PATHS.into_iter().zip(texts).collect();
    let chart = SourceText {
        path: "c/Chart.yaml",
        text: "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    };
    let sources = texts.iter().map(|(path, text)| SourceText { path, text });
    let files: Vec<SourceText> = std::iter::once(chart).chain(sources).collect();
    for (path, facts) in helm::charts(&files) {
        let text = files.iter().find(|file| file.path == path);
        let lines = text.map_or(0, |file| file.text.lines().count()) as u32 + 1;
        for seen in &facts.seen {
            assert!(seen.line <= lines, "{path}: line {}", seen.line);
        }
    }
});
