/// What is around every page's content.
enum FrameTemplate {
    static let text = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}} – {{heading}}</title>
        <link rel="icon" href="data:,">
        <style nonce="{{nonce}}">{{{style}}}</style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header><a href="/"><bdi>{{heading}}</bdi></a></header>
        <main id="main" tabindex="-1">
        {{{content}}}
        </main>
        <footer><p id="freshness">Reload the page to see what is now.</p></footer>
        <script nonce="{{nonce}}">{{{script}}}</script>
        </body>
        </html>

        """
}

/// The page of somebody who has not given the token: it has nothing of the service but how to get in.
enum ClosedTemplate {
    static let text = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{problem}}</title>
        </head>
        <body>
        <h1>{{problem}}</h1>
        <p>{{explanation}}</p>
        </body>
        </html>

        """
}

/// Why there is no page.
enum ErrorTemplate {
    static let text = """
        <h1>{{problem}}</h1>
        <p><bdi>{{explanation}}</bdi></p>
        <p><a href="/">To the overview</a></p>

        """
}
