"""The OAuth 2 and OpenID Connect provider: applications, consents, codes and tokens (API-031…033, api-wire.md).

Applications and tokens are rows of django-allauth's provider (`allauth.idp.oidc`). What is issued is judged here:
allauth leaves PKCE to the application, forgets which refresh tokens were used, takes the wall clock, and keeps codes in
a cache that throws a third of its entries away when it is full.
"""
