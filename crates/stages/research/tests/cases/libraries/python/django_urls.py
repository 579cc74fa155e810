from django.urls import include, path, re_path
from rest_framework.routers import DefaultRouter
from .views import OrderViewSet, stock
router = DefaultRouter()
router.register(r"orders", OrderViewSet, basename="order")
urlpatterns = [
    path("api/", include(router.urls)),
    path("shop/", include("shop.urls", namespace="shop")),
    re_path(r"^stock/(?P<sku>\w+)/$", stock),
]
urlpatterns += [path("health", health)]
