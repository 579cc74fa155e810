//! What the tables of Ruby and PHP libraries find in small pieces of code.

use groundplan_research::fronts::{SourceText, php, ruby};
use groundplan_research::link::link;
use groundplan_research::observation::{FileFacts, Observation};
use groundplan_research::recognise::recognise;

fn facts(path: &str, text: &str) -> FileFacts {
    let source = SourceText { path, text };
    match path.ends_with(".php") {
        true => recognise(&php::outline(source), "php"),
        false => recognise(&ruby::outline(source), "ruby"),
    }
}

/// `GET /orders/{id}` of each endpoint of a tree.
fn endpoints(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(String, FileFacts)> = files
        .iter()
        .map(|(path, text)| (path.to_string(), facts(path, text)))
        .collect();
    let facts = link(&files);
    let endpoints = facts
        .services
        .values()
        .flat_map(|service| &service.endpoints);
    endpoints
        .map(|one| format!("{} {}", one.method, one.path))
        .collect()
}

#[track_caller]
fn routes(path: &str, text: &str, wanted: &[&str]) {
    let mut wanted: Vec<&str> = wanted.to_vec();
    wanted.sort_by_key(|one| one.split(' ').rev().collect::<Vec<_>>());
    assert_eq!(endpoints(&[(path, text)]), wanted, "{text}");
}

/// What is seen that is neither a declaration nor the size of a handler, without its place.
fn seen(path: &str, text: &str) -> Vec<String> {
    let facts = facts(path, text);
    let told = facts.seen.iter().filter_map(|seen| match &seen.what {
        Observation::Declares(_) | Observation::Handler { .. } => None,
        Observation::Call(call) => Some(format!(
            "call {} {:?} {}",
            call.method.as_deref().unwrap_or("-"),
            call.target,
            if call.timeout { "timeout" } else { "" }
        )),
        Observation::Client(client) => Some(format!(
            "client {:?} timeout {:?}",
            client.base, client.timeout
        )),
        Observation::Connection(one) => Some(format!(
            "connection {:?} {:?} {:?}",
            one.technology, one.target, one.database
        )),
        Observation::Message(one) => Some(format!(
            "{:?} {} {:?}",
            one.direction, one.technology, one.topic
        )),
        Observation::Entity(one) => {
            let fields = one.fields.iter().map(|field| {
                format!(
                    "{}{}>{}",
                    field.name,
                    if field.many { "*" } else { "" },
                    field.refers.as_deref().unwrap_or("-")
                )
            });
            let fields = fields.collect::<Vec<_>>().join(" ");
            Some(format!("entity {} {:?} {fields}", one.name, one.table))
        }
        Observation::Query(one) => Some(format!(
            "query {:?} {:?} writes {} loop {}",
            one.entity, one.sql, one.writes, one.in_loop
        )),
        Observation::Guard(one) => Some(format!("guard {} {}", one.kind, one.covers)),
        Observation::ReadsEnv { name, default } => Some(format!("env {name} {default:?}")),
        Observation::ReadsConfig { key, default } => Some(format!("config {key} {default:?}")),
        Observation::Schedule { every } => Some(format!("every {every:?}")),
        Observation::Role { role, .. } => Some(format!("role {role}")),
        Observation::Test => Some("test".to_string()),
        other => Some(format!("{other:?}")),
    });
    told.collect()
}

#[track_caller]
fn sees(path: &str, text: &str, wanted: &[&str]) {
    assert_eq!(seen(path, text), wanted, "{text}");
}

#[test]
fn rails_routes() {
    routes(
        "config/routes.rb",
        "Rails.application.routes.draw do
           root to: 'home#index'
           get '/health', to: 'health#show'
           get '/up' => 'health#up'
           match 'both', to: 'a#b', via: [:get, :post]
           namespace :api do
             scope '/v1', module: 'v1' do
               resources :orders, only: [:index, :show] do
                 member { post :pay }
                 collection do
                   get :open
                 end
                 get :hint
                 put :close, on: :member
                 resources :lines, only: :create, path: 'rows'
               end
               resource :profile, except: %i[new edit create update destroy]
             end
           end
           scope module: 'x' do
             resources :a, :b, only: []
             delete 'sign_out', to: 's#d'
           end
         end",
        &[
            "GET /",
            "GET /health",
            "GET /up",
            "GET /both",
            "POST /both",
            "GET /api/v1/orders",
            "GET /api/v1/orders/{id}",
            "POST /api/v1/orders/{id}/pay",
            "GET /api/v1/orders/open",
            "GET /api/v1/orders/{order_id}/hint",
            "PUT /api/v1/orders/{id}/close",
            "POST /api/v1/orders/{order_id}/rows",
            "GET /api/v1/profile",
            "DELETE /sign_out",
        ],
    );
}

#[test]
fn rails_concerns_are_hung_where_they_are_named() {
    routes(
        "config/routes.rb",
        "App::Application.routes.draw do
           concern :noted do
             resources :notes, only: :index
           end
           resources :orders, only: [], concerns: :noted
           resources :lines, only: [], concerns: [:noted] do
             get :x
           end
         end",
        &[
            "GET /orders/{order_id}/notes",
            "GET /lines/{line_id}/notes",
            "GET /lines/{line_id}/x",
        ],
    );
}

#[test]
fn a_call_named_get_is_no_route_elsewhere() {
    routes("spec/a.rb", "describe 'x' do\n get '/orders'\nend", &[]);
    routes(
        "a.rb",
        "class A\n def b\n  get '/orders', 1\n end\nend",
        &[],
    );
}

#[test]
fn sinatra_and_grape_routes() {
    routes(
        "app.rb",
        "require 'sinatra'\nget '/a/:id' do\n 'x'\nend\npost('/b') { 1 }\n",
        &["GET /a/{id}", "POST /b"],
    );
    routes(
        "app.rb",
        "class App < Sinatra::Base\n get '/a' do\n 'x'\n end\n end\n",
        &["GET /a"],
    );
    routes(
        "api.rb",
        "class Orders < Grape::API\n resource :orders do\n get do\n end\n route_param :id do\n get :lines do\n end\n end\n end\n end\n",
        &["GET /orders", "GET /orders/{id}/lines"],
    );
}

#[test]
fn laravel_routes() {
    routes(
        "routes/web.php",
        "<?php
        use Illuminate\\Support\\Facades\\Route;
        Route::get('/', fn () => 1);
        Route::match(['get', 'post'], 'both', [C::class, 'x']);
        Route::middleware('auth')->get('me', 'C@me');
        Route::prefix('admin')->middleware('auth')->group(function () {
            Route::get('users/{user}', [U::class, 'show']);
            Route::middleware('x')->delete('users/{user}', [U::class, 'drop']);
            Route::group(['prefix' => 'deep'], function () {
                Route::any('/all', 'C@all');
            });
        });
        Route::apiResource('posts', P::class)->only(['index', 'destroy']);
        Route::apiResource('albums.songs', S::class)->only('index');
        Route::resource('pics', P::class, ['except' => ['create', 'edit', 'store', 'update', 'destroy']]);
        ",
        &[
            "GET /",
            "GET /both",
            "POST /both",
            "GET /me",
            "GET /admin/users/{user}",
            "DELETE /admin/users/{user}",
            "* /admin/deep/all",
            "GET /posts",
            "DELETE /posts/{id}",
            "GET /albums/{album}/songs",
            "GET /pics",
            "GET /pics/{id}",
        ],
    );
}

#[test]
fn laravel_files_of_routes_hang_under_their_prefix() {
    let api = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/orders', 'A@b');\nRoute::prefix('v1')->group(function () { Route::get('/x', 'A@c'); });\n";
    let provider = "<?php\nnamespace App\\Providers;\nuse Illuminate\\Support\\Facades\\Route;\nclass RouteServiceProvider { function map() {\n Route::prefix('api')->middleware('api')->group(base_path('routes/api.php'));\n} }\n";
    assert_eq!(
        endpoints(&[
            ("app/Providers/RouteServiceProvider.php", provider),
            ("routes/api.php", api)
        ]),
        ["GET /api/orders", "GET /api/v1/x"]
    );
    let bootstrap = "<?php\nreturn Application::configure(basePath: dirname(__DIR__))\n ->withRouting(web: __DIR__.'/../routes/web.php', api: __DIR__.'/../routes/api.php')\n ->create();\n";
    assert_eq!(
        endpoints(&[("bootstrap/app.php", bootstrap), ("routes/api.php", api)]),
        ["GET /api/orders", "GET /api/v1/x"]
    );
}

#[test]
fn symfony_slim_and_lumen_routes() {
    routes(
        "src/Controller/OrderController.php",
        "<?php namespace App\\Controller;
        use Symfony\\Component\\Routing\\Attribute\\Route;
        #[Route('/orders', name: 'orders_')]
        class OrderController extends AbstractController {
            #[Route('/{id}', methods: ['GET', 'HEAD'])] public function show() {}
            #[Route(path: '', methods: 'POST')] public function make() {}
            /** @Route(\"/old/{id<\\d+>}\", methods={\"DELETE\"}) */ public function drop() {}
        }",
        &[
            "GET /orders/{id}",
            "HEAD /orders/{id}",
            "POST /orders",
            "DELETE /orders/old/{id}",
        ],
    );
    routes(
        "public/index.php",
        "<?php use Slim\\Factory\\AppFactory;
        $app = AppFactory::create();
        $app->get('/a/{id}', function ($q, $r) { return $r; });
        $app->group('/b', function (RouteCollectorProxy $group) {
            $group->map(['PUT', 'PATCH'], '/c', C::class);
        });
        $app->run();",
        &["GET /a/{id}", "PUT /b/c", "PATCH /b/c"],
    );
    routes(
        "routes/web.php",
        "<?php $router->get('/a', 'C@a');
        $router->group(['prefix' => 'b'], function () use ($router) { $router->post('/c', 'C@c'); });",
        &["GET /a", "POST /b/c"],
    );
}

#[test]
fn ruby_clients() {
    sees(
        "a.rb",
        "class Orders\n  def initialize\n    @conn = Faraday.new(url: ENV.fetch('ORDERS_URL', 'http://orders'), request: { timeout: 2 })\n  end\n  def one(id)\n    @conn.get(\"/orders/#{id}\")\n  end\nend",
        &[
            "client Some(Env { name: \"ORDERS_URL\", default: Some(Text(\"http://orders\")) }) timeout Some(true)",
            "env ORDERS_URL Some(Text(\"http://orders\"))",
            "call GET Concat([Text(\"/orders/\"), Hole]) ",
        ],
    );
    sees(
        "a.rb",
        "HTTParty.post(\"#{ENV['URL']}/x\", timeout: 3)",
        &[
            "call POST Concat([Env { name: \"URL\", default: None }, Text(\"/x\")]) timeout",
            "env URL None",
        ],
    );
    sees(
        "a.rb",
        "RestClient.get 'http://pay/x'",
        &["call GET Text(\"http://pay/x\") "],
    );
    sees(
        "a.rb",
        "Net::HTTP.get(URI('http://pay/x'))",
        &["call GET Text(\"http://pay/x\") "],
    );
}

#[test]
fn ruby_stores_and_messages() {
    sees(
        "a.rb",
        "R = Redis.new(url: ENV['REDIS_URL'])",
        &[
            "connection Some(\"redis\") Env { name: \"REDIS_URL\", default: None } None",
            "env REDIS_URL None",
        ],
    );
    sees(
        "a.rb",
        "Mysql2::Client.new(host: 'db', database: 'shop')",
        &["connection Some(\"mysql\") Text(\"db\") Some(Text(\"shop\"))"],
    );
    sees(
        "a.rb",
        "class SendJob\n include Sidekiq::Worker\nend\nSendJob.perform_async(1)",
        &[
            "Produces redis Text(\"SendJob\")",
            "Consumes redis Text(\"SendJob\")",
        ],
    );
    sees(
        "a.rb",
        "class Order < ApplicationRecord\n self.table_name = 'shop_orders'\n belongs_to :customer\n has_many :lines\nend",
        &["entity Order Some(\"shop_orders\") customer>customer lines*>lines"],
    );
    sees(
        "a.rb",
        "def x\n Order.includes(:lines).where(a: 1).each { |o| Line.find(o.id) }\nend",
        &[
            "query Some(\"Order\") None writes false loop false",
            "query Some(\"Line\") None writes false loop true",
        ],
    );
    sees(
        "a.rb",
        "class C < ApplicationController\n before_action :authenticate_user!\n before_action :set_order\nend",
        &["guard session C"],
    );
}

#[test]
fn php_clients() {
    sees(
        "a.php",
        "<?php use GuzzleHttp\\Client; class A { private Client $c; function __construct() { $this->c = new Client(['base_uri' => env('ORDERS_URL', 'http://orders'), 'timeout' => 2]); } function one($id) { return $this->c->get('/orders/' . $id); } }",
        &[
            "client Some(Env { name: \"ORDERS_URL\", default: Some(Text(\"http://orders\")) }) timeout Some(true)",
            "env ORDERS_URL Some(Text(\"http://orders\"))",
            "call GET Concat([Text(\"/orders/\"), Hole]) ",
        ],
    );
    sees(
        "a.php",
        "<?php use Illuminate\\Support\\Facades\\Http; Http::timeout(3)->post(config('services.pay.url') . '/x');",
        &[
            "call POST Concat([Config { key: \"services.pay.url\", default: None }, Text(\"/x\")]) timeout",
            "config services.pay.url None",
        ],
    );
    sees(
        "a.php",
        "<?php use Symfony\\Contracts\\HttpClient\\HttpClientInterface; class A { function __construct(private HttpClientInterface $http) {} function x() { $this->http->request('PUT', 'http://pay/x'); } }",
        &["call PUT Text(\"http://pay/x\") "],
    );
    sees(
        "a.php",
        "<?php $ch = curl_init('http://pay/x');",
        &["call - Text(\"http://pay/x\") "],
    );
}

#[test]
fn php_stores_and_messages() {
    sees(
        "a.php",
        "<?php $pdo = new PDO(sprintf('mysql:host=%s;dbname=shop', getenv('DB_HOST') ?: 'db')); $pdo->query('select 1');",
        &[
            "connection None Concat([Text(\"mysql:host=\"), Env { name: \"DB_HOST\", default: Some(Text(\"db\")) }, Text(\";dbname=shop\")]) None",
            "env DB_HOST Some(Text(\"db\"))",
            "query None Some(Text(\"select 1\")) writes false loop false",
        ],
    );
    sees(
        "a.php",
        "<?php use Doctrine\\ORM\\Mapping as ORM;\n#[ORM\\Entity]\n#[ORM\\Table(name: 'orders')]\nclass Order { #[ORM\\ManyToOne] private Customer $customer; #[ORM\\Column] private int $x; }",
        &["entity Order Some(\"orders\") customer>Customer x>-"],
    );
    sees(
        "a.php",
        "<?php use App\\Jobs\\Send;\nSend::dispatch(1);",
        &["Produces laravel-queue Text(\"Send\")"],
    );
    sees(
        "a.php",
        "<?php $redis = new Redis(); $redis->connect('cache', 6379);",
        &["connection Some(\"redis\") Text(\"cache\") None"],
    );
}
