import { Controller, Get, Post, Body, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HttpService } from '@nestjs/axios';
import { ConfigService } from '@nestjs/config';
import { MessagePattern, ClientProxy } from '@nestjs/microservices';
import { Cron } from '@nestjs/schedule';
@Controller('orders')
export class OrderController {
  constructor(private readonly http: HttpService, private config: ConfigService, private bus: ClientProxy) {}
  @Get(':id') one() { return this.http.get(`${this.config.get('PAY_URL')}/payments`); }
  @Post() @UseGuards(Jwt) create(@Body() body: Order) { this.bus.emit('order.created', body); }
  @MessagePattern('order.paid') paid() {}
  @Cron('0 * * * *') sweep() {}
}
async function main() {
  const app = await NestFactory.create(AppModule);
  app.setGlobalPrefix('api');
  await app.listen(3000);
}
