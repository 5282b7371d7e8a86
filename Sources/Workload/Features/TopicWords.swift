/// The words of each topic: English, German, French, Spanish, Chinese, Japanese. Lower case.
/// Where two topics name the same word, the earlier one has it.
enum TopicWords {
    static let byTopic: KeyValuePairs<WordTopic, String> = [
        .person: """
        friend friends sister brother mother father mom mum dad parents parent son daughter wife husband
        girlfriend boyfriend partner roommate flatmate neighbor neighbour neighbors neighbours boss colleague
        colleagues coworker coworkers manager landlord uncle aunt grandma grandmother grandpa grandfather
        cousin family couple spouse teenager kids ex crush fiancé relatives teammate
        freund freundin schwester bruder mutter vater eltern kollege kollegin chef nachbar sohn tochter familie
        ami amie soeur sœur frère mère père parents collègue patron voisin fils fille famille
        amigo amiga hermana hermano madre padre padres jefe colega vecino hijo hija familia
        朋友 父母 老板 同事 孩子 家人 室友 友人 友達 上司 同僚 家族 両親 子供
        """,
        .feeling: """
        love hate fear afraid scared angry anger sad sadness happy happiness lonely loneliness anxious anxiety
        stress stressed stressful depressed nervous guilty guilt shy jealous jealousy grief grieving upset proud
        pride confident confidence motivation motivated procrastinate procrastination burnout overwhelmed tired
        bored boredom hope regret trust forgive comfort cheer worried worry feelings emotions emotional mood
        relationship relationships friendship breakup argue conflict conflicts quarrel toxic bullying respect
        angst stress glück einsam traurig gefühl gefühle beziehung streit liebe
        peur tristesse bonheur amour relation sentiment confiance
        miedo tristeza felicidad amor relación sentimiento confianza estrés
        压力 焦虑 孤独 感情 幸福 关系 不安 悩み 幸せ 恋愛 ストレス 人間関係
        """,
        .society: """
        society societies social democracy democratic government governments politics political policy policies
        economy economic economics inequality poverty capitalism communism socialism liberalism war wars peace
        religion religious church faith culture cultures cultural globalization globalisation immigration migration
        refugees climate environment environmental sustainability sustainable media propaganda education
        healthcare welfare population urbanization race gender feminism feminist slavery colonialism empire
        nation nations nationalism state citizens community communities public industry revolution
        gesellschaft politik demokratie wirtschaft kultur religion krieg umwelt klima staat regierung
        société politique démocratie économie culture religion guerre environnement climat état gouvernement
        sociedad política democracia economía cultura religión guerra ambiente clima estado gobierno
        社会 政府 民主 经济 政治 文化 宗教 战争 环境 教育 経済 戦争 環境 民主主義
        """,
        .thought: """
        ethics ethical morality moral morals justice freedom liberty truth meaning purpose life death existence
        identity consciousness philosophy philosophical philosopher knowledge wisdom beauty virtue responsibility
        rights duty equality fairness belief beliefs values principle principles theory theories argument
        arguments critique criticism dilemma paradox notion concept concepts ideology ideological ideal ideals
        reason reasoning logic perception reality soul god evil creativity imagination memory intuition power
        privacy progress tradition modernity symbolism metaphor interpretation perspective perspectives
        ethik moral gerechtigkeit freiheit wahrheit sinn leben tod philosophie verantwortung
        éthique morale justice liberté vérité sens vie mort philosophie responsabilité
        ética moral justicia libertad verdad sentido vida muerte filosofía responsabilidad
        道德 伦理 自由 意义 人生 哲学 公平 正义 倫理 道徳 意味 正義 責任
        """,
        .judgement: """
        better best worse worst good bad right wrong worth worthwhile effective effectively efficient important
        importance significant significance impact impacts influence influences consequences consequence
        implications benefit benefits drawback drawbacks advantage advantages disadvantage disadvantages
        pros cons risk risks opportunity challenge challenges strategy strategies approach approaches
        recommend recommendation advice tips should ought wise sensible fair unfair justified overrated
        underrated strengths weaknesses tradeoff tradeoffs prefer preferable opinion thoughts view views
        criteria factors suitable ideal realistic
        besser beste sinnvoll wichtig vorteile nachteile folgen auswirkungen meinung lohnt sollte sollten
        mieux meilleur meilleure avantages inconvénients conséquences impact avis opinion faut vaut
        mejor peor ventajas desventajas consecuencias impacto opinión conviene debería deberían
        优缺点 利弊 影响 看法 观点 应该 建议 优势 利点 欠点 影響 意見 べき メリット デメリット
        """,
        .office: """
        president minister king queen emperor mayor governor chancellor ceo founder inventor author director
        composer painter singer actor actress coach captain champion winner scientist discovered invented
        founded born died wrote written directed sang sings played plays starred hosted
        präsident könig kaiser erfinder gründer autor autorin erfunden gegründet geboren gestorben
        président roi reine inventeur auteur auteure inventé fondé né mort
        presidente rey reina inventor autor autora inventó fundó nació murió
        总统 国王 皇帝 发明 作者 出生 大統領 首相 天皇 発明 作者
        """,
        .geography: """
        country countries city cities capital river rivers mountain mountains ocean oceans sea island islands
        lake lakes desert continent border borders continents volcano bridge bridges flag currency map north
        south east west europe africa asia america american usa british england france germany china japan
        india russia canada australia mexico spain italy brazil london paris york california texas
        hauptstadt stadt land fluss berg insel meer währung
        capitale ville pays fleuve montagne île mer monnaie
        ciudad país río montaña isla mar moneda
        首都 城市 国家 河流 山脉 海洋 岛屿 都市 国 川 山 島
        """,
        .arts: """
        movie movies film films book books novels album albums band bands series season seasons episodes
        show shows sitcom cartoon anime manga painting paintings sculpture opera musical theater theatre museum
        artist artists writer musician guitarist drummer lyricist soundtrack sequel cast trilogy game games
        video videogame playlist concert genre genres bestseller literature
        film filme buch bücher band serie staffel gemälde oper maler
        film livre livres groupe série tableau peintre roman
        película películas libro libros grupo serie cuadro pintor
        电影 书 歌曲 乐队 电视剧 画家 映画 本 曲 ドラマ アニメ
        """,
        .time: """
        year years century centuries decade decades month months week weeks day days hour hours minute minutes
        today yesterday tomorrow morning evening night monday tuesday wednesday thursday friday saturday sunday
        january february march april may june july august september october november december
        spring summer autumn fall winter date dates ancient medieval era period history historical
        jahr jahre jahrhundert monat woche tag tage stunde stunden minuten
        année années siècle mois semaine jour jours heure heures minutes
        año años siglo mes semana día días hora horas minutos
        世纪 小时 分钟 天 年 月 世紀 時間 分
        """,
        .nature: """
        sun moon earth sky star stars planet planets weather rain snow wind storm hurricane earthquake volcanoes
        forest tree trees flower flowers plant plants garden gardening soil grass leaf leaves rock rocks water
        fire ice glacier tide tides rainbow lightning thunder season fossil dinosaur dinosaurs mushroom seed
        sonne mond himmel regen wald baum blume pflanze wetter
        soleil lune ciel pluie forêt arbre fleur plante météo
        sol luna cielo lluvia bosque árbol flor planta tiempo
        太阳 月亮 天空 天气 植物 地球 太陽 空 天気 森 花
        """,
        .body: """
        body heart brain blood lung lungs liver kidney kidneys skin hair eye eyes ear ears nose teeth tooth
        muscle muscles bone bones stomach back knee knees headache pain fever cold flu cough disease diseases
        cancer diabetes virus bacteria infection vaccine vaccines medicine medication doctor symptom symptoms
        vitamin vitamins pregnant pregnancy sleep weight diet calories protein exercise exercises workout
        allergy allergies acne health healthy dose pill
        körper herz gehirn blut haut krankheit arzt symptome schlaf gesundheit
        corps coeur cœur cerveau sang peau maladie médecin symptômes sommeil santé
        cuerpo corazón cerebro sangre piel enfermedad médico síntomas sueño salud
        身体 心脏 健康 医生 症状 睡眠 疾病 病気 体 医者
        """,
        .food: """
        food foods meal meals dish dishes breakfast lunch dinner snack snacks dessert soup salad sauce bread
        cake cookies pie pizza pasta rice meat chicken beef pork fish egg eggs milk butter cheese cream sugar
        salt pepper flour dough oil garlic onion onions tomato tomatoes potato potatoes vegetable vegetables
        fruit fruits apple banana lemon chocolate coffee tea beer wine cocktail drink drinks juice
        essen suppe kuchen brot käse fleisch reis kaffee tee
        repas soupe gâteau pain fromage viande riz café thé
        comida sopa pastel pan queso carne arroz café té
        食物 面包 咖啡 米饭 蛋糕 茶 料理 パン 卵 肉 野菜
        """,
        .household: """
        clean cleaning wash washing remove stain stains fix repair replace install tighten unclog drain faucet
        sink toilet shower kitchen oven stove fridge freezer dishwasher vacuum furniture table chair sofa couch
        carpet floor wall walls paint roof window windows door lamp bulb battery leak leaking rust mold tire
        tires bike car cars engine brake brakes tool tools wood shoes clothes shirt jacket fabric sew
        reinigen putzen reparieren entfernen fleck küche auto fahrrad
        nettoyer réparer enlever tache cuisine voiture vélo
        limpiar reparar quitar mancha cocina coche bicicleta
        清洁 清洗 修理 厨房 汽车 掃除 洗濯 修理 車 自転車
        """,
        .device: """
        phone phones iphone android laptop computer computers pc mac tablet ipad printer router wifi internet
        bluetooth headphones tv television camera screen monitor keyboard mouse charger usb modem gps smartwatch
        console playstation xbox nintendo
        handy rechner drucker bildschirm fernseher
        téléphone ordinateur imprimante écran télévision
        teléfono móvil ordenador impresora pantalla televisor
        手机 电脑 打印机 屏幕 電話 パソコン スマホ 画面
        """,
        .software: """
        windows macos ios browser chrome firefox website websites web server servers cloud software app apps
        account password login download upload file files folder folders directory network ip address url link
        spreadsheet document pdf word powerpoint gmail outlook zoom slack discord twitch netflix spotify
        encryption authentication blockchain bitcoin crypto ai chatgpt gpt model models neural machine learning
        algorithmic deep reinforcement dataset
        datei ordner netzwerk konto passwort
        fichier dossier réseau compte
        archivo carpeta red cuenta contraseña
        文件 网站 软件 服务器 密码 网络 ファイル サーバー パスワード
        """,
        .science: """
        energy force atom atoms molecule molecules chemical chemistry physics biology cell cells dna rna gene genes
        genome protein proteins enzyme enzymes acid gas gases metal metals electron electrons quantum gravity
        light speed wave waves radiation magnetic electric electricity current voltage temperature pressure
        evolution species selection photosynthesis crystal hormone neuron nuclear fusion oxygen hydrogen carbon
        reaction experiment hypothesis telescope galaxy universe orbit
        energie atom zelle chemie physik gen temperatur
        énergie atome cellule chimie physique gène température
        energía átomo célula química física gen temperatura
        能量 原子 细胞 化学 物理 基因 エネルギー 細胞 遺伝子
        """,
        .money: """
        money dollar dollars euro euros cents pounds price prices cost costs costs rent loan loans mortgage debt
        interest tax taxes salary wage wages income savings save saving invest investing investment investments
        stock stocks bond bonds bank banks credit insurance budget pension retirement fund funds inflation
        profit profits fee fees discount
        geld preis kosten miete kredit zinsen steuer steuern gehalt sparen
        argent prix coût loyer prêt intérêt impôt impôts salaire épargner
        dinero precio costo coste alquiler préstamo interés impuesto impuestos salario ahorrar
        钱 价格 工资 贷款 利息 投资 元 お金 価格 給料 投資 円
        """,
        .work: """
        job jobs career careers work workplace office interview interviews resume cv employee employees employer
        hire hiring promotion promoted quit resign deadline deadlines meeting meetings team teams leader
        leadership skill skills profession qualification qualifications teacher nurse engineer lawyer accountant
        freelancer freelance productivity profession
        beruf arbeit stelle bewerbungsgespräch mitarbeiter team
        travail emploi métier entretien employé équipe
        trabajo empleo carrera entrevista empleado equipo
        工作 职业 面试 团队 员工 仕事 転職 面接 会社
        """,
        .business: """
        business businesses company companies startup startups customer customers client clients market markets
        sales seller brand brands strategy competitor competitors ecommerce retail restaurant restaurants shop
        shops store stores bakery café hotel agency firm firms service services launch campaign audience
        subscribers supply logistics franchise nonprofit fundraiser
        unternehmen firma kunde kunden laden geschäft
        entreprise client clients magasin boutique
        empresa cliente clientes tienda negocio
        公司 客户 市场 企业 商店 餐厅 顧客 店 企業 市場
        """,
        .school: """
        school schools student students teacher teachers class classroom lesson lessons exam exams test homework
        course courses university college degree grade grades thesis curriculum study studying studies learn
        learning syllabus worksheet quiz lecture lectures pupil pupils
        schule schüler unterricht prüfung studium lernen
        école élève élèves cours examen études apprendre
        escuela alumno alumnos clase examen estudios aprender
        学校 学生 考试 课程 学习 試験 授業 勉強 学生
        """,
        .travel: """
        travel trip trips vacation holiday holidays flight flights airport hotel hotels visit tourist tourists
        tourism sights itinerary passport visa luggage suitcase train trains bus hike hikes hiking trail trails
        beach camping tour tours destination destinations abroad
        reise urlaub flug zug ausflug sehenswürdigkeiten
        voyage vacances vol train visiter séjour
        viaje vacaciones vuelo tren visitar
        旅行 旅游 飞机 火车 景点 観光 飛行機 電車
        """,
        .hobby: """
        sport sports football soccer basketball baseball tennis golf hockey rugby cricket volleyball swimming
        running marathon cycling yoga gym olympics olympic championship league match goal player players team
        chess poker card cards dice minecraft dnd guitar piano violin drums knitting fishing photography drawing
        dance dancing puzzle crossword sudoku
        fußball schach gitarre klavier sport stricken
        football échecs guitare piano sport
        fútbol ajedrez guitarra piano deporte
        足球 篮球 钢琴 运动 象棋 サッカー 野球 ピアノ 運動
        """,
        .animal: """
        animal animals dog dogs puppy cat cats kitten bird birds horse horses cow cows pig sheep goat bear bears
        wolf fox lion lions tiger elephant whale whales shark sharks dolphin penguin penguins snake frog spider
        spiders insect insects bee bees ant ants butterfly rabbit mouse mice rat owl crow duck turtle squirrel
        hund katze vogel pferd tier tiere
        chien chat oiseau cheval animal animaux
        perro gato pájaro caballo animal animales
        动物 狗 猫 鸟 犬 鳥 動物 馬
        """,
        .fantasy: """
        dragon dragons wizard witch ghost ghosts vampire vampires zombie zombies alien aliens robot robots pirate
        pirates knight knights princess prince fairy elf dwarf goblin unicorn mermaid monster monsters superhero
        superheroes detective spy spies astronaut spaceship kingdom castle magic magical curse treasure quest
        haunted villain hero heroes adventure adventures enchanted apocalypse dystopia sorcerer
        drache zauberer geist roboter pirat ritter prinzessin
        dragon sorcier fantôme robot pirate chevalier princesse
        dragón mago fantasma robot pirata caballero princesa
        龙 魔法 机器人 公主 外星人 侦探 ロボット 魔法 幽霊 探偵 宇宙人
        """,
        .festivity: """
        birthday wedding anniversary graduation christmas easter halloween thanksgiving valentine funeral party
        parties gift gifts present surprise farewell housewarming celebration celebrate engagement retirement
        bride groom baby shower reunion
        geburtstag hochzeit weihnachten abschied feier geschenk
        anniversaire mariage noël fête cadeau
        cumpleaños boda navidad fiesta regalo
        生日 婚礼 圣诞 礼物 聚会 誕生日 結婚式 結婚 贈り物
        """,
        .item: """
        apples oranges bananas cookies candies candy marbles pencils pens stickers toys balls boxes bags cups
        bottles coins tickets cards balloons crayons stamps shirts socks roses tulips seeds baskets jars bricks
        tiles chairs tables seats passengers children boys girls people workers
        äpfel murmeln stifte bücher kinder eier
        pommes billes stylos bonbons enfants oeufs
        manzanas canicas lápices caramelos niños huevos
        苹果 个苹果 铅笔 糖果 りんご 鉛筆 個
        """,
        .trade: """
        buy buys bought sell sells sold pay pays paid spend spends spent earn earns earned give gives gave gets
        received share shares shared left total each altogether remaining more less fewer twice half third
        quarter double triple times per every split equally charge charges donate donated
        kauft kaufte verkauft zahlt bezahlt insgesamt jeweils übrig hälfte doppelt
        achète vend paie total chacun reste moitié double
        compra vende paga total cada quedan mitad doble
        一共 总共 剩下 每个 平均 多少 合計 全部で 残り 半分
        """,
        .grammar: """
        noun nouns verb verbs adjective adjectives adverb adverbs pronoun tense plural singular synonym synonyms
        antonym antonyms prefix suffix syllable syllables pronunciation pronounce spell spelled etymology idiom
        phrase word words vocabulary sentence sentences paragraph paragraphs clause preposition article
        wort wörter satz sätze synonym mehrzahl bedeutung
        mot mots phrase phrases synonyme pluriel signification
        palabra palabras frase frases sinónimo plural significado
        单词 句子 词语 同义词 成语 単語 文 文章 類義語
        """,
        .text: """
        text passage article abstract paper document report transcript conversation review reviews tweet
        comment comments headline headlines news quote excerpt contract log notes minutes message statement
        statements given following below above provided
        text artikel bericht abschnitt folgenden rezension
        texte article rapport extrait suivant suivante avis
        texto artículo informe siguiente reseña
        文本 文章 段落 评论 报告 以下 次の 以下の 記事 レビュー
        """,
        .record: """
        json csv xml yaml table tables column columns row rows field fields key keys value values entity entities
        label labels category categories sentiment positive negative neutral class classes topic topics keyword
        keywords names dates amounts numbers addresses list bullet bullets offensive spam rating stars
        tabelle spalte spalten kategorie stichwörter liste
        tableau colonne colonnes catégorie liste
        tabla columna columnas categoría lista
        表格 字段 分类 列表 关键词 表 項目 分類 一覧
        """,
        .legal: """
        law laws legal illegal legally court judge lawyer attorney tenant lease visa citizenship immigration
        copyright patent trademark contract liability sue lawsuit police crime criminal prison fine license
        licence permit regulation regulations clause rights
        gesetz recht gericht vertrag illegal
        loi droit tribunal contrat légal illégal
        ley derecho tribunal contrato legal ilegal
        法律 合法 法院 合同 违法 法 契約 裁判
        """,
        .size: """
        long short tall big large small high deep far fast old young heavy largest biggest smallest tallest
        longest oldest fastest highest deepest youngest newest first last most least many much often average
        hoch groß lang alt größte höchste längste älteste
        grand haut long vieux plus
        grande alto largo viejo más
        最大 最高 最长 多大 多高 多远 一番 最も どのくらい
        """,
    ]
}
