from django.db import models
from rest_framework.decorators import api_view
from rest_framework.generics import ListCreateAPIView

class Order(models.Model):
    customer = models.ForeignKey("Customer", on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag)
    note = models.CharField(max_length=5, null=True)
    class Meta:
        db_table = "orders"

class Orders(ListCreateAPIView):
    def get_queryset(self):
        return [Order.objects.filter(id=i) for i in ids]

@api_view(["GET", "POST"])
def stock(request, sku): ...
