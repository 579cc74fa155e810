//! Fronts of contracts, Ruby and PHP take damaged text: they say what they can and never panic.

#[path = "common/mutate.rs"]
mod mutate;

use groundplan_research::fronts::{
    Front, Reads, SourceText, asyncapi, graphql, openapi, php, php_config, protobuf, ruby,
    symfony_routes,
};

fn run(front: &Front, path: &str, text: &str) {
    let source = SourceText { path, text };
    match front.reads {
        Reads::Code(outline) => drop(outline(source)),
        Reads::Format(read) | Reads::Content { read, .. } => drop(read(source)),
    }
}

fn survives(front: &Front, path: &str, text: &str) {
    for damaged in mutate::of(text, 400) {
        run(front, path, &damaged);
    }
}

#[test]
fn contracts() {
    survives(
        &protobuf::FRONT,
        "a.proto",
        include_str!("cases/damage/shop.proto"),
    );
    survives(
        &graphql::FRONT,
        "a.graphql",
        include_str!("cases/damage/shop.graphql"),
    );
}

#[test]
fn contracts_in_yaml() {
    survives(
        &openapi::FRONT,
        "a.yaml",
        "openapi: 3.1.0\ninfo: {title: Größe}\nservers: [{url: 'https://{r}.example', variables: {r: {default: eu}}}]\npaths:\n  /a/{id}:\n    get: {operationId: a}\n    $ref: '#/paths/~1b'\n  /b: {$ref: '#/components/pathItems/b'}\ncomponents:\n  pathItems: {b: {post: {}}}\n  schemas:\n    A: {allOf: [{$ref: '#/components/schemas/A'}], properties: {x: {type: array, items: {oneOf: [{type: string}]}}}}\n",
    );
    survives(
        &asyncapi::FRONT,
        "a.yaml",
        "asyncapi: 3.0.0\nservers: {a: {host: 'b:1', protocol: kafka}}\nchannels: {a: {address: o.p}}\noperations:\n  x: {action: send, channel: {$ref: '#/channels/a'}}\ncomponents: {messages: {M: {payload: {properties: {i: {type: string}}}}}}\n",
    );
    survives(
        &symfony_routes::FRONT,
        "config/routes.yaml",
        "a:\n  path: /größe\n  methods: GET|POST\n  controller: A\\B::c\nwhen@dev:\n  b: {path: /b, methods: [PUT]}\n",
    );
    survives(
        &php_config::FRONT,
        "config/a.php",
        "<?php\nreturn [\n 'a' => ['u' => env('U', 'http://' . env('H')), 'l' => [1, true]],\n 'é' => $_ENV['T'] ?? null,\n];\n",
    );
}

#[test]
fn languages() {
    survives(&ruby::FRONT, "a.rb", include_str!("cases/damage/shop.rb"));
    survives(&php::FRONT, "a.php", include_str!("cases/damage/shop.php"));
}

#[test]
fn depth_is_bounded() {
    for (front, path, opening) in [
        (&ruby::FRONT, "a.rb", "f(["),
        (&ruby::FRONT, "a.rb", "if a\n"),
        (&ruby::FRONT, "a.rb", "module A\n"),
        (&ruby::FRONT, "a.rb", "\"#{"),
        (&php::FRONT, "a.php", "<?php f(["),
        (&php::FRONT, "a.php", "<?php if (1) {"),
        (
            &php::FRONT,
            "a.php",
            "<?php function a() { $x = new class {",
        ),
        (&protobuf::FRONT, "a.proto", "message A {"),
        (&graphql::FRONT, "a.graphql", "type A { a(b: ["),
    ] {
        let (head, rest) = opening.split_at(if opening.starts_with("<?php ") { 6 } else { 0 });
        run(front, path, &format!("{head}{}", rest.repeat(3_000)));
    }
}
