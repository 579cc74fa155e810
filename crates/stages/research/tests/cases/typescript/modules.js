const express = require('express');
const { Pool, types: kinds } = require('pg');
const Router = require('express').Router;
const fs = require('node:fs');
const app = require('express')();
app.use('/users', require('./routes/users'));
const { lookup } = await import('./lookup.js');
if (require.main === module) {
  app.listen(process.env.PORT || 3000);
}
exports.list = async (request, response) => response.json(await load());
exports.limit = 20;
module.exports = { app, url: process.env.URL, find(id) { return query(id); } };
