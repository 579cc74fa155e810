package a;
import java.net.http.*; import java.net.URI;
class C { void x() { HttpClient c = HttpClient.newBuilder().connectTimeout(d).build(); HttpRequest r = HttpRequest.newBuilder().uri(URI.create("http://stock/a")).GET().build(); HttpRequest q = HttpRequest.newBuilder(URI.create("http://stock/b")).build(); } }
