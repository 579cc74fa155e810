use super::outline;
use crate::fronts::SourceText;
use crate::fronts::outline_tests::shown;

fn of(text: &str) -> String {
    shown(&outline(SourceText { path: "a.rb", text }))
}

#[track_caller]
fn becomes(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(of(text).trim_end(), *wanted, "{text}");
    }
}

#[test]
fn calls_and_arguments() {
    becomes(&[
        ("get '/x', to: 'a#b'", "get(\"/x\", to: \"a#b\")"),
        (
            "get '/x' => 'a#b', :as => :c",
            "get(\"/x\", =>: \"a#b\", as: \"c\")",
        ),
        (
            "mount Sidekiq::Web => '/jobs'",
            "mount(Sidekiq.Web, =>: \"/jobs\")",
        ),
        ("authenticate_user!", "authenticate_user!()"),
        (
            "User.all.includes(:a).each { |u| u.name }",
            "User.all.includes(\"a\").each((u) -> {return u.name()})",
        ),
        ("x = Faraday.new(url: URL)", "x = new Faraday(url: URL)"),
        ("x = Net::HTTP.new(host, 80)", "x = new Net.HTTP(host, 80)"),
        (
            "Rails.application.routes.draw do\n root 'a#b'\nend",
            "Rails.application.routes.draw(() -> {return root(\"a#b\")})",
        ),
        (
            "orders.map(&:total)",
            "orders.map((it) -> {return it.total()})",
        ),
        ("f(**options, &block)", "f(options, block)"),
        ("http.read_timeout = 5", "http.read_timeout = 5"),
        ("f(x:)", "f(x: x)"),
        ("f.(1)", "f.call(1)"),
        ("a&.b&.c(1)", "a.b.c(1)"),
        (
            "resources :a, only: %i[index show], except: [:b]",
            "resources(\"a\", only: [\"index\", \"show\"], except: [\"b\"])",
        ),
    ]);
}

#[test]
fn texts_and_values() {
    becomes(&[
        ("x = \"a#{b}/c\\n\"", "x = `\"a\", b, \"/c\\n\"`"),
        ("x = 'a' + b + 'c'", "x = `\"a\", b, \"c\"`"),
        ("x = format('%s/%d', a, 1)", "x = `a, \"/\", 1`"),
        ("x = '%s:%s' % [a, b]", "x = `a, \":\", b`"),
        ("x = [a, 'b'].join('/')", "x = `a, \"/b\"`"),
        ("X = 'a'.freeze", "const X = \"a\""),
        (
            "x = <<~SQL\n  select #{a}\nSQL\n",
            "x = `\"\\n  select \", a, \"\\n\"`",
        ),
        (
            "x = ENV['A'] || ENV.fetch('B', 'c')",
            "x = either(ENV[\"A\"], ENV.fetch(\"B\", \"c\"))",
        ),
        ("x = a ? 'b' : 'c'", "x = either(\"b\", \"c\")"),
        ("x = if a then 'b' else 'c' end", "x = either(\"b\", \"c\")"),
        (
            "x = {a: 1, 'b' => 2, :c => [3]}",
            "x = {a: 1, b: 2, c: [3]}",
        ),
        ("a, b = 1, 2", "a = 1\nb = 2"),
        ("@a ||= 1", "self.a = 1"),
        ("x = -> (y) { y + 1 }", "x = (y) -> {return other(y, 1)}"),
    ]);
}

#[test]
fn classes_modules_and_their_bodies() {
    let text = "
module Shop
  class Order < ActiveRecord::Base
    include Kept
    MAX = 10
    belongs_to :customer, optional: true
    private def secret(a, b = 2, c: 3) = a
    class << self
      def open; where(state: 'open') end
    end
  end
end
class Api::V1::AddLines < ActiveRecord::Migration[7.0]
  def change
    return if done?
    orders.each do |order| order.save end
    while x do y end
    for a in b do c end
  rescue StandardError => e
    log(e)
  end
end
";
    let wanted = "\
Other Shop < 
  Class Order < ActiveRecord.Base, Kept
    field MAX = 10
    include(Kept)
    belongs_to(\"customer\", optional: true)
    private(\"secret\")
    fn secret(a, b = 2, c = 3)
      return a
    fn open()
      return where(state: \"open\")
Class Api.V1.AddLines < ActiveRecord.Migration<7.0>
  fn change()
      done?()
      return nothing
    orders.each((order) -> {return order.save()})
    loop 
      x
        y()
    loop a b
        c()
      other(StandardError)
      other(e)
        log(e)
";
    assert_eq!(of(text), wanted);
}

#[test]
fn requires_are_imports() {
    becomes(&[(
        "require 'net/http'\nrequire_relative '../lib/a'\nautoload :B, 'c/b'",
        "import net/http||\nimport ../lib/a||\nimport c/b||\nrequire(\"net/http\")\nrequire_relative(\"../lib/a\")\nautoload(\"B\", \"c/b\")",
    )]);
}

#[test]
fn what_is_broken_is_named_and_the_rest_is_kept() {
    let shown = of("class A\n  def b(\n  end\n  get '/x'\nend\nclass C; def d; e(1) end end\n");
    assert!(shown.contains("fault"), "{shown}");
    assert!(shown.contains("e(1)"), "{shown}");
}

/// The scanner keeps the length of a heredoc's name in one byte, and aborted.
#[test]
fn what_looks_like_a_heredoc_of_a_long_name_is_survived() {
    let words = "a word ".repeat(50);
    let name = "A".repeat(300);
    let openings = [
        format!("<<\"{words}\""),
        format!("<<-'{words}'"),
        format!("<<~{name}"),
        format!("<<{name}"),
        format!("<<<`{words}`"),
        format!("<<\"{words}"),
    ];
    for opening in openings {
        let shown = of(&format!(
            "class A\n  def b\n    c(1)\n    list {opening}\n  end\nend\n"
        ));
        assert!(shown.contains("c(1)"), "{opening}: {shown}");
    }
}
