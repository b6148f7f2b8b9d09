// Shows push messages, and opens the portal when one is pressed. It keeps nothing and answers no request.
self.addEventListener('push', (event) => {
  const { title, body, lang, navigate } = event.data.json().notification;
  const options = { body, lang, tag: 'bomiljo', icon: '/favicon.svg', data: navigate };
  event.waitUntil(self.registration.showNotification(title, options));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});
