package a;
import okhttp3.*;
class C { void x() { OkHttpClient c = new OkHttpClient(); Request r = new Request.Builder().url("http://stock/a").build(); c.newCall(r).execute(); } }
