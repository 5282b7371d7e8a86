/// The lexicon's words: English, German, French, Spanish, Italian, Portuguese, Chinese, Japanese. Lower case.
/// Where two kinds name the same word, the earlier one has it.
enum LexiconWords {
    static let byKind: KeyValuePairs<WordKind, String> = [
        .language: """
        english german french spanish italian portuguese dutch russian chinese mandarin cantonese japanese
        korean arabic hebrew hindi urdu bengali turkish polish czech slovak hungarian romanian bulgarian greek
        swedish norwegian danish finnish icelandic ukrainian serbian croatian latin vietnamese thai indonesian
        malay swahili persian farsi tamil catalan welsh irish gaelic esperanto tagalog
        englisch englische englischen deutsch deutsche deutschen französisch französische spanisch spanische
        italienisch italienische portugiesisch russisch chinesisch japanisch koreanisch arabisch türkisch
        niederländisch polnisch schwedisch latein
        anglais anglaise allemand allemande français française espagnol espagnole italien italienne portugais
        russe chinois chinoise japonais japonaise coréen arabe néerlandais polonais turc
        inglés inglesa alemán alemana francés francesa español española castellano italiano italiana portugués
        ruso chino japonés coreano árabe neerlandés polaco turco
        inglese tedesco francese spagnolo giapponese cinese inglês alemão francês espanhol japonês
        英语 英文 中文 汉语 德语 德文 法语 法文 日语 日文 西班牙语 韩语 俄语 意大利语 英語 中国語 ドイツ語 フランス語
        日本語 韓国語 独語 仏語 スペイン語
        """,
        .programmingLanguage: """
        python java javascript typescript sql mysql postgresql postgres sqlite bash shell powershell zsh html css
        scss php ruby rails perl kotlin golang rust haskell scala matlab numpy pandas pytorch tensorflow
        react vue angular svelte node nodejs npm django flask fastapi spring docker dockerfile kubernetes
        kubectl terraform ansible nginx git github linux ubuntu debian unix regex regexp graphql mongodb redis
        excel vba latex tex yaml toml makefile cmake gcc clang cpp csharp dotnet jquery arduino verilog vhdl
        assembly lua luau godot gdscript unity jenkins selenium pytest junit webpack swift dart flutter cron
        crontab awk sed grep ffmpeg
        """,
        .codeNoun: """
        code script scripts program programs programm programme function functions algorithm algorithms api apis
        endpoint endpoints query queries snippet snippets app class classes method methods bug bugs compiler
        exception stacktrace traceback array arrays linked loop loops recursion recursive variable variables
        string strings integer integers boolean pointer pointers struct database schema backend frontend
        microservice library libraries package module unit test tests testing framework config configuration
        parser cli command commands webpage website binary tree hashmap dictionary list queue stack
        funktion funktionen skript quellcode klasse methode unittest fehlermeldung datenbank abfrage befehl schleife
        fonction fonctions classe requête commande boucle variable tests unitaire journal
        función funciones código clase consulta comando bucle programa algoritmo prueba pruebas unitaria tarea registro
        函数 代码 程序 脚本 算法 查询 数据库 接口 正则 关数 関数 コード スクリプト プログラム クラス クエリ アルゴリズム
        """,
        .codeVerb: """
        implement debug refactor compile code optimize deploy parse sort iterate return returns accepts takes
        implementiere implementieren debugge programmiere implémente implémenter implémentez programme déboguer
        implementa implementar programa depura depurar refactoriza
        实现 调试 重构 编写 编程 実装 デバッグ リファクタリング
        """,
        .story: """
        story stories tale tales fable fairytale poem poems poetry haiku haikus limerick limericks sonnet sonnets
        ode verse verses ballad song songs lyrics rap novel novella fiction screenplay script scene scenes
        monologue dialogue dialog soliloquy joke jokes pun puns riddle riddles plot fanfic fanfiction parody
        myth legend diary memoir narrative protagonist character characters villain hero stanza rhyme rhymes
        eulogy toast speech satire sketch episode chapter prologue epilogue
        geschichte geschichten gedicht gedichte märchen kurzgeschichte lied liedtext roman erzählung reime reim witz witze
        dialog monolog szene rede ballade fabel
        histoire histoires poème poèmes conte chanson roman nouvelle blague blagues rime rimes dialogue scène discours fable
        historia historias cuento cuentos poema poemas canción novela chiste chistes rima rimas diálogo escena discurso fábula
        storia racconto poesia poesie canzone história conto poema
        故事 小说 诗歌 一首 诗 笑话 剧本 台词 童话 歌词 对话 押韵 物語 会話 小説 俳句 歌詞 短歌 童話 冗談 脚本
        """,
        .letter: """
        email emails mail letter letters memo invitation invite message messages resignation cover note card
        complaint apology greeting wishes reply response announcement post posts tweet tweets blog caption
        captions bio essay article newsletter linkedin instagram facebook twitter tiktok youtube
        brief briefe nachricht einladung anschreiben bewerbung beitrag rede kündigung aufsatz
        lettre lettres courriel invitation faire-part message billet annonce
        carta cartas correo mensaje invitación publicación ensayo
        邮件 信 一封 邀请函 作文 文案 帖子 手紙 メール 招待状 ブログ 投稿 作文
        """,
        .slogan: """
        slogan slogans tagline taglines motto headline headlines advertisement advert ad ads advertising jingle
        brand branding marketing pitch copy hook hooks promo promotional product names name campaign catchy
        werbespruch werbetext werbung produktbeschreibung werbeslogan
        accroche publicité pub annonce
        eslogan lema anuncio publicidad
        广告 口号 标语 广告语 宣传 キャッチコピー 広告 宣伝 スローガン
        """,
        .writeVerb: """
        write compose create generate draft make craft invent produce build develop design pen author prepare
        come give provide
        schreib schreibe schreiben verfasse verfassen erstelle erstellen erfinde erfinden entwirf dichte erzähl
        erzähle gib
        écris écrire écrivez rédige rédiger rédigez crée créer créez invente inventez imagine compose raconte
        escribe escribir escriba escríbeme redacta redactar crea crear inventa compón cuenta cuéntame genera
        scrivi crea inventa escreva crie
        写 写一 帮我 创作 生成 撰写 書い 書いて 作って 作成 考えて 創作
        """,
        .ideaWord: """
        brainstorm idea ideas suggestions suggest creative funny humorous witty imaginative whimsical original
        silly fictional imaginary fantasy
        ideen vorschläge idee lustige lustigen idées drôle drôles propositions idea lluvia divertida divertido
        创意 点子 想法 有趣 アイデア 面白い
        """,
        .translateVerb: """
        translate translated translation translating translator translations interpret
        übersetze übersetzen übersetz übersetzung übersetzer überträge
        traduis traduire traduisez traduction traducteur
        traduce traducir traduzca traducción traductor tradúceme traduci traduzione traduza traduzir
        翻译 翻成 译成 译为 翻訳 訳し 訳して
        """,
        .condenseVerb: """
        summarize summarise summary summarized summarization summarizing condense shorten tldr abridge recap
        synopsis digest gist takeaways boil
        fasse fass zusammen zusammenfassen zusammenfassung kürze kürzen kernaussagen kurzfassung
        résume résumé résumer résumez condense raccourcis synthèse synthétise
        resume resumen resumir resuma sintetiza acorta condensa riassumi riassunto resuma
        总结 概括 摘要 缩写 概述 归纳 要約 まとめ 要点 短く
        """,
        .rewriteVerb: """
        rewrite reword rephrase paraphrase proofread correct edit polish simplify improve revise fix grammar
        spelling punctuation formal casual tone concise shorter wording restate reformulate capitalize
        formuliere umformulieren umschreiben korrigiere korrigieren verbessere korrektur vereinfache überarbeite
        reformule reformuler reformulez corrige corriger corrigez améliore simplifie réécris orthographe
        reescribe reformula parafrasea corrige corregir corrija mejora simplifica ortografía gramática
        改写 润色 修改 改正 校对 语法 书き直 書き直 校正 添削 言い換え 直して
        """,
        .extractVerb: """
        extract extraction parse pull identify collect gather capture mentioned convert fill populate
        extrahiere extrahieren entnimm ausgelesen erfasse
        extrais extraire extrayez relève relevez
        extrae extraer extraiga saca identifica
        提取 抽取 列出 找出 识别 抽出 取り出 抜き出
        """,
        .labelVerb: """
        classify categorize categorise categories category label labels tag tags annotate sentiment positive
        negative neutral spam rate assign sort detect intent topic toxic
        klassifiziere klassifizieren kategorisiere kategorie kategorien zuordnen einordnen ordne stimmung positiv negativ neutral
        classe classer classez catégorie catégories catégorise attribue étiquette sentiment positif négatif neutre
        clasifica clasificar clasifique categoría categorías asigna etiqueta sentimiento positivo negativo neutro
        分类 类别 归类 标注 情感 正面 负面 判断 分類 感情 肯定的 否定的 ラベル
        """,
        .formatNoun: """
        json csv table xml yaml tsv markdown spreadsheet columns column rows row fields field key keys value
        values entities entity dates names emails addresses attributes schema structured dictionary tabular
        tabelle spalten spalte felder datensatz tableau colonnes champs tabla columnas campos
        表格 字段 格式 实体 表形式 項目 形式
        """,
        .analyzeVerb: """
        compare contrast analyze analyse evaluate assess discuss debate argue critique weigh examine explore
        justify consider implications impact consequences advantages disadvantages pros cons benefits drawbacks
        tradeoffs perspective argument ethical ethics opinion think thoughts critically comparison role effects
        vergleiche vergleichen analysiere bewerte diskutiere erörtere vorteile nachteile abwägen beurteile folgen
        compare comparer comparez analyse analysez analyser évalue évaluez discute avantages inconvénients
        compara comparar compare analiza analizar evalúa evaluar discute ventajas desventajas inconvenientes
        比较 分析 评价 评估 讨论 优缺点 利弊 看法 影响 比較 評価 考察 長所 短所 議論
        """,
        .adviceWord: """
        should advice advise recommend recommendation recommendations tips help improve better best handle cope
        deal suggest strategies strategy effective ways approach cheer convince decide
        soll sollte rat empfiehl empfehlen empfehlung tipps ratschlag raten beraten
        devrais conseil conseils conseille recommande recommandes recommander
        debería debo consejo consejos aconseja recomienda recomiendas recomendar
        应该 建议 推荐 怎么办 该不该 べき アドバイス おすすめ 助言 提案
        """,
        .planWord: """
        plan plans planning roadmap agenda schedule itinerary lesson curriculum proposal framework checklist
        budget timetable routine
        plane planung zeitplan reiseplan lernplan fahrplan planifie planifiez itinéraire programme
        planifica itinerario cronograma
        计划 规划 方案 行程 計画 プラン 予定
        """,
        .mathVerb: """
        solve calculate compute prove simplify evaluate factor factorize differentiate integrate find determine
        derive multiply divide subtract
        berechne berechnen löse lösen beweise beweisen bestimme rechne ausrechnen multipliziere
        calcule calculer calculez résous résoudre résolvez démontre démontrez prouve détermine
        calcula calcular calcule resuelve resolver resuelva demuestra demostrar halla determina
        计算 求解 证明 解方程 求 计算出 計算 解いて 求め 求めて 証明 解け
        """,
        .mathNoun: """
        equation equations integral derivative sum product percent percentage probability average mean ratio
        fraction fractions triangle rectangle circle radius diameter area volume perimeter angle angles square
        root prime theorem polynomial matrix vector slope logarithm remainder divisor factorial digits quadratic
        hypotenuse inequality
        gleichung gleichungen ableitung summe prozent wahrscheinlichkeit durchschnitt dreieck kreis fläche
        volumen wurzel primzahl quadrat
        équation équations intégrale dérivée somme pourcentage probabilité moyenne triangle cercle aire racine
        ecuación ecuaciones derivada suma porcentaje probabilidad promedio triángulo círculo área raíz
        方程 积分 导数 概率 面积 平均 三角形 百分之 等于 多少 方程式 積分 微分 確率 面積 いくら 何個 何人 何円 何分
        """,
        .quantity: """
        many much total each every left altogether per twice half double more remaining fewer times spend spent
        cost costs costs earn earns sells sold buys bought pays paid gave gives remain
        viele viel insgesamt jede jeder jedes übrig kosten kostet doppelt hälfte
        combien chaque total reste coûte coûtent moitié double
        cuántos cuántas cuánto cuánta cada total quedan queda cuesta cuestan mitad doble
        几个 多少 一共 总共 每个 每天 剩下 还剩 全部 合計 残り それぞれ 毎日
        """,
        .unit: """
        dollars dollar cents euros euro pounds miles mile km kilometers kilometres meters feet inches hours hour
        minutes minute seconds days weeks months years pages apples oranges cookies marbles candies students kg
        grams liters litres gallons ounces mph degrees
        stunden stunde minuten tage wochen meter kilometer euro äpfel liter kilo
        heures heure minutes jours semaines mètres kilomètres euros pommes litres
        horas hora minutos días semanas metros kilómetros euros manzanas litros pesos
        公里 小时 分钟 千米 元钱 苹果 厘米 时间 キロ 時間
        """,
        .entityQuestion: """
        who whom whose when where wer wann wo wem wen woher qui quand où quién quiénes cuándo dónde chi quando
        dove quem onde 谁 何时 哪里 哪年 什么时候 哪一年 在哪 誰 いつ どこ
        """,
        .whatQuestion: """
        what which was welche welcher welches quel quelle quels quelles quoi qué cuál cuáles che cosa qual quais
        什么 哪个 哪些 是什么 何 どの どれ 何です 何で
        """,
        .whyQuestion: """
        why warum wieso weshalb pourquoi perché por porque 为什么 为何 なぜ どうして
        """,
        .howQuestion: """
        how wie comment cómo come como 如何 怎么 怎样 どう どうや どのよ
        """,
        .explainVerb: """
        explain define describe definition meaning mean means stand stands difference differences list name tell
        erkläre erklär erklären definiere beschreibe bedeutet bedeutung unterschied nenne nenn zähle
        explique expliquez expliquer définis définition décris signifie différence cite citez nomme
        explica explicar explique define definición describe significa significado diferencia nombra enumera
        解释 说明 定义 介绍 意思 区别 什么是 説明 定義 意味 違い 教えて とは
        """,
        .givenText: """
        text passage article paragraph paragraphs sentence sentences following below given above document
        transcript excerpt abstract paper review reviews conversation context quote report page
        absatz abschnitt artikel satz sätze folgenden folgende folgender folgendes obigen bericht
        texte article paragraphe phrase phrases suivant suivante suivants extrait document
        texto artículo párrafo frase frases oración siguiente siguientes fragmento documento
        文章 段落 句子 下面 以下 这段 文本 文字 次の 文章 この文 下記 記事
        """,
        .roleplay: """
        act pretend imagine roleplay role persona impersonate you're play character suppose assume
        stell spiele rolle tu vor agis fais imagine actúa imagina finge simula papel
        扮演 假装 想象 假设 演じて なりきっ 想像 役を
        """,
        .recipe: """
        recipe recipes cook bake ingredients cooking rezept rezepte koche recette recettes receta recetas cocinar
        ricetta 做法 食谱 菜谱 レシピ 作り方
        """,
    ]
}
