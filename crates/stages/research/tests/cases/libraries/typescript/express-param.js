module.exports = (app) => {
  app.get('/health', (req, res) => res.send('ok'));
  app.get('name', other);
};
