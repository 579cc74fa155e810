//! A small text of each front, and a path that it has: where damage and fuzzing start from.

/// Front, path, text.
pub const SEEDS: &[(&str, &str, &str)] = &[
    (
        "liquibase",
        "db/changelog/all.yaml",
        "databaseChangeLog:\n  - changeSet:\n      id: 1\n      author: a\n      changes:\n        - createTable:\n            tableName: parcel\n            columns:\n              - column: {name: id, type: bigint, constraints: {primaryKey: true}}\n        - sql: {sql: \"ALTER TABLE parcel ADD weight int\"}\n",
    ),
    (
        "prisma",
        "prisma/schema.prisma",
        "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\nmodel Parcel {\n  id Int @id @default(autoincrement())\n  lane Lane? @relation(fields: [laneId], references: [id])\n  laneId Int?\n  @@index([laneId])\n}\n",
    ),
    (
        "sql",
        "db/V1__parcels.sql",
        "CREATE TABLE parcel (id bigint PRIMARY KEY, lane text DEFAULT 'x''y' NOT NULL, CHECK (id > 0));\nCREATE FUNCTION f() RETURNS trigger AS $b$ BEGIN RETURN NEW; END $b$ LANGUAGE plpgsql;\nALTER TABLE parcel ADD CONSTRAINT u UNIQUE (lane);\n-- Größe\nCREATE INDEX CONCURRENTLY i ON parcel USING gin ((lane || 'a'));\nDELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;\n",
    ),
    (
        "dockerfile",
        "parcels/Dockerfile",
        "ARG V=21\nFROM eclipse-temurin:${V:-17} AS build\nCOPY . /src\nRUN cd /src && \\\n  ./build\nFROM scratch\nENV PORT=8080 MODE=\"a b\"\nEXPOSE $PORT/tcp\nHEALTHCHECK CMD [\"curl\", \"localhost\"]\nENTRYPOINT [\"java\", \"-jar\", \"/parcels.jar\"]\n",
    ),
    (
        "maven",
        "parcels/pom.xml",
        "<?xml version=\"1.0\"?>\n<project><parent><groupId>g</groupId><artifactId>p</artifactId></parent><artifactId>parcels</artifactId><modules><module>a</module></modules>\n<!-- Größe --><dependencies><dependency><groupId>org.x</groupId><artifactId>${a.b}</artifactId></dependency></dependencies></project>\n",
    ),
    (
        "gradle",
        "parcels/build.gradle",
        "plugins { id 'java' }\next { v = '1' }\ndependencies {\n  implementation \"org.x:parcels:$v\"\n  testImplementation project(':lanes')\n}\n/* end */\n",
    ),
    (
        "node-package",
        "package.json",
        "{\"name\": \"parcels\", \"workspaces\": [\"lanes/*\"], \"dependencies\": {\"express\": \"^4\"}, \"scripts\": {\"start\": \"node src/main.js\"}}\n",
    ),
    (
        "go-mod",
        "go.mod",
        "module example.com/parcels\n\ngo 1.22\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.1 // indirect\n)\nreplace a => ../a\n",
    ),
    (
        "cargo-manifest",
        "parcels/Cargo.toml",
        "[package]\nname = \"parcels\"\n[workspace]\nmembers = [\"lanes/*\"]\n[dependencies]\naxum = { version = \"0.7\", features = [\"ws\"] }\n[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n",
    ),
    (
        "python-project",
        "pyproject.toml",
        "[project]\nname = \"parcels\"\ndependencies = [\"flask>=2\", \"celery[redis]; python_version > '3'\"]\n[tool.poetry.scripts]\nrun = \"parcels.main:run\"\n",
    ),
    (
        "csproj",
        "Parcels/Parcels.csproj",
        "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><ItemGroup><PackageReference Include=\"Refit\" Version=\"7\" /><ProjectReference Include=\"..\\Lanes\\Lanes.csproj\" /></ItemGroup></Project>\n",
    ),
    (
        "gemfile",
        "Gemfile",
        "source \"https://rubygems.org\"\ngem \"rails\", \"~> 7\"\ngroup :test do\n  gem 'rspec'\nend\n",
    ),
    (
        "composer",
        "composer.json",
        "{\"name\": \"a/parcels\", \"require\": {\"laravel/framework\": \"^11\"}, \"autoload\": {\"psr-4\": {\"App\\\\\": \"app/\"}}}\n",
    ),
    (
        "procfile",
        "Procfile",
        "web: bundle exec puma -p $PORT\nworker: sidekiq\n# end\n",
    ),
    (
        "terraform",
        "infra/main.tf",
        "variable \"name\" { default = \"parcels\" }\nlocals { n = \"${var.name}-db\" }\nresource \"aws_db_instance\" \"db\" {\n  engine = \"postgres\"\n  identifier = local.n\n  tags = { for k in [\"a\"] : k => upper(k) }\n  user_data = <<-EOT\n    x\n  EOT\n}\nmodule \"m\" { source = \"./m\" }\n",
    ),
    (
        "haproxy",
        "haproxy.cfg",
        "defaults\n  timeout connect 5s\nfrontend web\n  bind *:80\n  acl parcels path_beg /parcels\n  use_backend parcels if parcels\nbackend parcels\n  server a parcels:8080 check\n",
    ),
    (
        "nginx",
        "edge/nginx.conf",
        "upstream parcels { server parcels:8080; }\nserver {\n  listen 80;\n  location ~ ^/p/(.*)$ { proxy_pass http://parcels/$1; }\n  location / { if ($a = \"b\") { return 301 /; } proxy_pass ${LANES}; }\n}\n",
    ),
    (
        "apache",
        "edge/site.vhost",
        "<VirtualHost *:80>\n  ServerName a.example\n  ProxyPass \"/p\" \"http://parcels:8080/\"\n  <Location /lanes>\n    ProxyPass http://lanes/\n  </Location>\n</VirtualHost>\n",
    ),
    (
        "kustomize",
        "k8s/kustomization.yaml",
        "resources: [a.yaml]\nimages: [{name: parcels, newTag: \"2\"}]\nconfigMapGenerator:\n  - name: c\n    literals: [LANE=x]\npatches:\n  - patch: |-\n      - op: replace\n        path: /a\n        value: 1\n",
    ),
    (
        "helm",
        "chart/templates/parcels.yaml",
        "{{- define \"n\" -}}{{ .Release.Name | trunc 63 | trimSuffix \"-\" }}{{- end }}\n{{- range $k, $v := .Values.lanes }}\napiVersion: v1\nkind: Service\nmetadata: {name: {{ include \"n\" $ }}-{{ $k }}}\n{{- if and $v.port (not (eq $v.port 0)) }}\nspec: {ports: [{port: {{ $v.port | default 80 }}}]}\n{{- else }}\n{{ toYaml $v | nindent 2 }}\n{{- end }}\n{{- end }}\n",
    ),
    (
        "compose",
        "docker-compose.yml",
        "services:\n  parcels: &p\n    build: {context: ./parcels}\n    ports: [\"${PORT:-8080}:80\"]\n    environment: [LANES=http://lanes:80]\n    depends_on: {db: {condition: service_healthy}}\n  lanes:\n    <<: *p\n    image: \"x/lanes:${TAG?no}\"\n  db: {image: postgres}\n",
    ),
    (
        "envoy",
        "edge/envoy.yaml",
        "static_resources:\n  listeners:\n    - filter_chains: [{filters: [{typed_config: {route_config: {virtual_hosts: [{routes: [{match: {prefix: /p}, route: {cluster: parcels}}]}]}}}]}]\n  clusters:\n    - name: parcels\n      load_assignment: {endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: parcels, port_value: 80}}}}]}]}\n",
    ),
    (
        "monitoring",
        "prometheus.yml",
        "scrape_configs:\n  - job_name: parcels\n    metrics_path: /m\n    static_configs: [{targets: ['parcels:8080', \"lanes:80\"]}]\n",
    ),
    (
        "openapi",
        "api/openapi.yaml",
        "openapi: 3.1.0\ninfo: {title: Größe}\nservers: [{url: 'https://{r}.example', variables: {r: {default: eu}}}]\npaths:\n  /p/{id}:\n    get: {operationId: p, responses: {'200': {$ref: '#/components/responses/A'}}}\ncomponents:\n  responses: {A: {description: a}}\n  schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}], properties: {x: {type: array}}}}\n",
    ),
    (
        "asyncapi",
        "api/events.yaml",
        "asyncapi: 3.0.0\ninfo: {title: t}\nchannels: {a: {address: parcels.sent}}\noperations:\n  x: {action: send, channel: {$ref: '#/channels/a'}}\n",
    ),
    (
        "kubernetes",
        "k8s/parcels.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: parcels}\nspec:\n  template:\n    spec:\n      containers:\n        - name: c\n          image: x/parcels:1\n          env: [{name: LANES, valueFrom: {configMapKeyRef: {name: c, key: k}}}]\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {rules: [{http: {paths: [{path: /p, backend: {service: {name: parcels}}}]}}]}\n",
    ),
    (
        "json-settings",
        "Parcels/appsettings.json",
        "{ // settings\n\"ConnectionStrings\": {\"Db\": \"Host=db;Database=p\"}, \"Lanes\": [\"http://lanes\", null, 1.5e3, true], }\n",
    ),
    (
        "dotenv",
        "parcels/.env",
        "export LANES=http://lanes:80\nDB=\"postgres://u:p@db/${NAME:-p}\"\nLONG='a\nb'\n",
    ),
    (
        "properties",
        "parcels/application.properties",
        "spring.application.name=parcels\nlanes.url = ${LANES:http\\://lanes}\\\n  /v1\n! end\nk\\ y: \\u00e4\n",
    ),
    (
        "csharp",
        "Parcels/P.cs",
        "using A.B;\nnamespace Parcels;\n[ApiController, Route(\"api/[controller]\")]\npublic class PController(Db db) : ControllerBase {\n  [HttpGet(\"{id}\")] public async Task<P?> Get(int id) => await db.Ps.FirstOrDefaultAsync(p => p.Id == id);\n  string U => $\"{db}/x{{{1}}}\";\n}\n",
    ),
    (
        "go",
        "parcels/main.go",
        "package main\n\nimport (\n\tg \"github.com/gin-gonic/gin\"\n\t\"net/http\"\n)\n\ntype P struct{ ID int `json:\"id\"` }\n\nfunc (p *P) routes(r *g.Engine) {\n\tr.GET(\"/p/:id\", func(c *g.Context) { http.Get(base + \"/l\") })\n}\n\nconst base = `http://lanes`\n",
    ),
    (
        "java",
        "parcels/P.java",
        "package parcels;\nimport org.springframework.web.bind.annotation.*;\n@RestController @RequestMapping(\"/p\")\nclass P<T extends L> {\n  @Value(\"${lanes.url:x}\") String url = \"a\" + 'b';\n  @GetMapping(value = \"/{id}\", produces = {\"a\"}) T get(@PathVariable int id) { return rest.<T>get(url + id, x -> { switch (x) { case 1 -> 2; } return new T[]{}; }); }\n}\n",
    ),
    (
        "kotlin",
        "parcels/P.kt",
        "package parcels\nimport io.ktor.server.routing.*\n@Bean fun Route.parcels(url: String = \"http://${host}/l\") = route(\"/p\") {\n  get(\"{id?}\") { call.respond(x?.y ?: \"\"\"a $b\"\"\") }\n}\nclass P(val a: Int) : Q(), R by s { companion object { const val U = \"u\" } }\n",
    ),
    (
        "python",
        "parcels/main.py",
        "from flask import Flask as F\nimport os, requests\napp = F(__name__)\n@app.route(\"/p/<int:id>\", methods=[\"GET\"])\nasync def p(id: int = 1, *a, **k) -> dict:\n    \"\"\"Größe\"\"\"\n    with open(f\"{id!r:>{2}}\") as f, x: pass\n    return requests.get(os.environ[\"LANES\"] + '/%s' % id, timeout=(1, 2)).json() if id else [x for x in y if (z := x)]\n",
    ),
    (
        "rust",
        "parcels/main.rs",
        "use axum::{routing::get, Router as R};\n#[derive(Debug)]\nstruct P<'a, T: ?Sized> { id: &'a T }\n#[get(\"/p\")]\nasync fn p() -> Result<(), E> { let u = format!(\"{}/l\", env!(\"L\")); reqwest::get(&u).await?; match x { Some(y) if y > 1 => {} _ => {} } Ok(()) }\nfn app() -> R { R::new().route(\"/p/{id}\", get(|| async { r#\"a\"# })) }\n",
    ),
    (
        "typescript",
        "parcels/main.ts",
        "import express, { Router as R } from \"express\";\nconst app = express();\nenum E { A = \"a\" }\n@Controller(\"p\") export class P<T> { constructor(private readonly l: L) {} @Get(\":id\") get(@Param() id?: string) { return fetch(`${process.env.LANES ?? \"http://lanes\"}/l/${id!}`) } }\napp.get(/^\\/p/, async (q, s) => s.json(<any>q.a?.[1]));\n",
    ),
    (
        "graphql",
        "api/schema.graphql",
        "\"\"\"Größe\"\"\"\ntype Query { parcel(id: ID! = 1): Parcel @auth(r: [\"a\"]) }\ntype Parcel implements N & M { id: ID!, lanes(first: Int): [[Lane!]!]! }\nextend schema @link(url: \"x\")\nunion U = | A | B\n",
    ),
    (
        "php-config",
        "config/lanes.php",
        "<?php\nreturn [\n 'a' => ['u' => env('LANES', 'http://' . env('H')), 'l' => [1, true]],\n 'é' => $_ENV['T'] ?? null,\n];\n",
    ),
    (
        "php",
        "parcels/P.php",
        "<?php\nnamespace App;\nuse Illuminate\\Support\\Facades\\{Route, Http as H};\n#[Route('/p', methods: ['GET'])]\nfinal class P extends Q { public function __construct(private readonly ?L $l = null) {} /** @Route(\"/q\") */ function g() { return H::get(\"{$this->u}/l/$id\")?->json() ?: <<<X\n a $b\n X; } }\nRoute::get('/p/{id}', [P::class, 'g']);\n?><b><?= $x ?>\n",
    ),
    (
        "protobuf",
        "api/parcels.proto",
        "syntax = \"proto3\";\npackage parcels.v1;\nimport \"a.proto\";\nservice Parcels { rpc Get (stream P) returns (P) { option (google.api.http) = { get: \"/p/{id}\" }; } }\nmessage P { int64 id = 1 [deprecated = true]; map<string, P> m = 2; oneof o { string s = 3; } reserved 4 to 9; }\n",
    ),
    (
        "ruby",
        "config/routes.rb",
        "Rails.application.routes.draw do\n  namespace :api do\n    resources :parcels, only: %i[index show] do\n      get \"lanes\", on: :member\n    end\n  end\nend\nclass P < A::B\n  has_many :lanes\n  def u(x = nil, *r, k: 1) = Faraday.get(\"#{ENV.fetch(\"LANES\") { 'x' }}/l\") unless x\nend\n<<~T\n  a #{b}\nT\n",
    ),
    (
        "symfony-routes",
        "config/routes.yaml",
        "p:\n  path: /größe/{id}\n  methods: GET|POST\n  controller: A\\B::c\nwhen@dev:\n  b: {path: /b, methods: [PUT], controller: x}\n",
    ),
    (
        "spring-configuration",
        "parcels/application.yml",
        "spring:\n  application: {name: parcels}\n  datasource.url: jdbc:postgresql://${DB:db}/p\nlanes: [a, {b: c}]\n---\nspring.config.activate.on-profile: prod\nserver.port: 80\n",
    ),
];
