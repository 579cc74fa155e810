//! Reading without the disk: bytes a second of each front, files a second of linking and of red flags.
//! Run with `cargo bench -p groundplan-research`.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use groundplan_research::fronts::{self, ALL, Front, Reads, SourceText};
use groundplan_research::link::link;
use groundplan_research::observation::FileFacts;
use groundplan_research::prefilter::Prefilter;
use groundplan_research::red_flags;

#[path = "../tests/common/seeds.rs"]
mod seeds;

fn main() {
    divan::main();
}

/// Bytes of a source file: a long one, so that what a parser costs to set up does not count.
const SOURCE: usize = 64 * 1024;

fn ids(code: bool) -> Vec<&'static str> {
    let fronts = ALL.iter().map(|front| front.id);
    fronts.filter(|id| fronts::is_code(id) == code).collect()
}

fn seed(id: &str) -> (&'static Front, &'static str, &'static str) {
    let front = ALL.iter().find(|front| front.id == id).expect("a front");
    let seed = seeds::SEEDS.iter().find(|(of, _, _)| *of == id);
    let (_, path, text) = seed.expect("every front has a seed");
    (front, path, text)
}

/// Code of a language, parsed and recognised: its seed again and again.
#[divan::bench(args = ids(true))]
fn code(bencher: Bencher, id: &str) {
    let (front, path, text) = seed(id);
    assert!(matches!(front.reads, Reads::Code(_)));
    let text = text.repeat(SOURCE / text.len());
    let source = SourceText { path, text: &text };
    assert!(!fronts::read_by(front, source).seen.is_empty(), "{id}");
    let counted = bencher.counter(BytesCount::of_str(&text));
    counted.bench(|| fronts::read_by(front, divan::black_box(source)));
}

/// A small file of a format, as most are.
#[divan::bench(args = ids(false))]
fn format(bencher: Bencher, id: &str) {
    let (front, path, text) = seed(id);
    let source = SourceText { path, text };
    let counted = bencher.counter(BytesCount::of_str(text));
    counted.bench(|| fronts::read_by(front, divan::black_box(source)));
}

/// Whether a file need be parsed at all: code without a word of any library.
#[divan::bench(args = ids(true))]
fn prefilter(bencher: Bencher, id: &str) {
    let text = "value = one + two * three\n".repeat(SOURCE / 26);
    let words = Prefilter::embedded();
    let counted = bencher.counter(BytesCount::of_str(&text));
    counted.bench(|| words.matters(id, divan::black_box(text.as_bytes())));
}

/// Services that each call the next one by a variable of the composition, keep a table of their own
/// and have a constant in another file.
fn tree(services: usize) -> Vec<(String, FileFacts)> {
    let mut compose = String::from("services:\n");
    let mut files = Vec::new();
    for number in 0..services {
        let (name, next) = (format!("part-{number}"), (number + 1) % services);
        compose.push_str(&format!(
            "  {name}:\n    build: ./{name}\n    ports: [\"{port}:8000\"]\n    environment:\n      NEXT_URL: http://part-{next}:8000\n      DATABASE_URL: postgresql://db-{name}:5432/shop\n  db-{name}:\n    image: postgres:17\n",
            port = 10_000 + number,
        ));
        files.push((
            format!("{name}/Dockerfile"),
            "FROM python:3.13\nCOPY . /app\nEXPOSE 8000\nCMD [\"python\", \"main.py\"]\n"
                .to_string(),
        ));
        files.push((
            format!("{name}/requirements.txt"),
            "flask\nrequests\npsycopg\n".to_string(),
        ));
        files.push((
            format!("{name}/settings.py"),
            "import os\nimport requests\nNEXT = os.environ[\"NEXT_URL\"]\nPREFIX = \"/api\"\n"
                .to_string(),
        ));
        files.push((
            format!("{name}/main.py"),
            format!("import os\nimport psycopg\nimport requests\nfrom flask import Flask\nfrom settings import NEXT, PREFIX\n\napp = Flask(__name__)\nstore = psycopg.connect(os.environ[\"DATABASE_URL\"])\n\n@app.get(PREFIX + \"/things/<id>\")\ndef things(id):\n    store.execute(\"SELECT a, b FROM thing_{number} WHERE id = %s\", [id])\n    return requests.get(NEXT + \"/api/things/\" + id, timeout=2).json()\n\nif __name__ == \"__main__\":\n    app.run(port=8000)\n"),
        ));
    }
    files.push(("docker-compose.yml".to_string(), compose));
    files.sort();
    let read = |(path, text): (String, String)| {
        let source = SourceText {
            path: &path,
            text: &text,
        };
        let front = fronts::front_of(source).expect("a front takes it");
        let mut facts = fronts::read_by(front, source);
        facts.front = front.id.to_string();
        (path, facts)
    };
    files.into_iter().map(read).collect()
}

/// Linking grows faster than the tree: the largest takes seconds.
const SERVICES: [usize; 3] = [30, 100, 300];

#[divan::bench(args = SERVICES, max_time = 3)]
fn linking(bencher: Bencher, services: usize) {
    let files = tree(services);
    let facts = link(&files);
    assert_eq!(facts.services.len(), services);
    assert!(facts.links.len() >= 2 * services, "calls and stores");
    let counted = bencher.counter(ItemsCount::new(files.len()));
    counted.bench(|| link(divan::black_box(&files)));
}

#[divan::bench(args = SERVICES, max_time = 3)]
fn flags(bencher: Bencher, services: usize) {
    let files = tree(services);
    let facts = link(&files);
    let counted = bencher.counter(ItemsCount::new(files.len()));
    counted.bench(|| red_flags::all(divan::black_box(&facts), &files));
}
